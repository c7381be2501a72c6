// Before the first paint: the side stays as the person left it.
try {
  if (localStorage.getItem("nav") === "collapsed") document.documentElement.classList.add("nav-collapsed");
} catch {
  // no storage: the side stays open
}
