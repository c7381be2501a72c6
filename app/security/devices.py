"""What people logged in with (设备), in words: browser and system, or the program's own name."""

import re

BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("MicroMessenger", "WeChat"), ("QQBrowser", "QQBrowser"), ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Safari", "Safari"),
)
"""What a browser calls itself, the particular ones first: most claim to be Chrome and Safari too."""
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)


def device(agent: str | None) -> str:
    """The device that a User-Agent header tells of: "Chrome 120 · Windows", "python-requests 2.31", "—" for none."""
    if not agent:
        return "—"
    for token, name in BROWSERS:
        if found := re.search(rf"\b{token}\w*/(\d+)", agent):
            version = re.search(r"\bVersion/(\d+)", agent) if name == "Safari" else found
            system = next((title for mark, title in SYSTEMS if mark in agent), None)
            return " · ".join(filter(None, (f"{name} {version[1]}" if version else name, system)))
    return agent.split(" ", 1)[0].replace("/", " ")[:40]
