# SPDX-License-Identifier: MIT
"""Which tests are run for a mutant of which file, and in which order."""

from .guest import Boot

KERNEL = "uml-debug"

# Little of everything: a mutant that only the thousandth round shows is not looked for.
SETTINGS = ("MIRACAST_CYCLES=2", "MIRACAST_COMMITS=25", "MIRACAST_FRAMES=20",
            "MIRACAST_FLIPS=10", "MIRACAST_IDLE_MS=500", "MIRACAST_KILLS=1")

# What unit tests call.
UNIT_TESTED = ("blit", "budget", "damage", "edid", "event", "gamma", "layout", "line",
               "mode", "monitor", "nv12", "nv12_avx2", "nv12_scalar")

# Waiting takes no time.
APPEND = ("--append", "time-travel")

# Looks for a race of two processors, for long.
LEFT_OUT = ("chunk@import-after-flip-race",)

# What notices most in the least time comes first.
THEMES = ("message", "monitor", "kms", "context", "trace", "access", "cursor", "damage", "caps",
          "chunk", "direct", "idle", "class", "unplug", "nv12", "parts", "stress",
          "owner_buffers", "foreign")

# At random, which says little of one mutant, or not to be had in User-Mode Linux.
THEMES_LEFT_OUT = ("fuzz", "soak", "suspend")

# The unit tests run when the module is loaded.
KUNIT = Boot("kunit", KERNEL, (), APPEND)
MAIN = Boot("main", KERNEL, THEMES, APPEND, SETTINGS)
HDCP = Boot("hdcp", KERNEL, ("hdcp",), (*APPEND, "-p", "hdcp=1"), SETTINGS)
# As in scripts/check: reports that failing allocations provoke outside of the driver.
FAULTS = Boot("faults", KERNEL, ("faults",),
              (*APPEND, "--allow", r"WARNING: .* dma_buf_vmap\+",
               "--allow", r"\*ERROR\* Failed to init framebuffer: -12",
               "--allow", r"\*ERROR\* failed to register connector device: -12",
               "--allow", r"kmemleak: Cannot allocate"),
              (*SETTINGS, "MIRACAST_WARNINGS=1"))
BOOTS = (KUNIT, MAIN, HDCP, FAULTS)

# The themes that ought to notice, most likely first. The rest follow.
LIKELY = {
    "attempt": "chunk damage direct",
    "bands": "chunk damage parts nv12",
    "blit": "nv12 cursor chunk damage foreign",
    "budget": "caps context class",
    "buffer": "chunk direct owner_buffers",
    "caps": "caps access",
    "capture": "chunk damage kms cursor foreign",
    "chunk": "chunk direct parts",
    "commit": "kms chunk direct damage foreign trace",
    "connector": "monitor hdcp kms",
    "context": "context access chunk class faults",
    "context_file": "access context chunk trace",
    "control": "context access class",
    "copy": "chunk owner_buffers parts",
    "crc": "kms",
    "crtc": "kms chunk monitor",
    "cursor": "cursor chunk foreign",
    "damage": "damage parts nv12",
    "debugfs": "trace",
    "deliver": "chunk damage parts nv12",
    "direct": "direct chunk",
    "dirty": "damage kms",
    "drv": "access kms unplug caps",
    "due": "chunk damage idle",
    "edid": "monitor",
    "ending": "owner_buffers",
    "event": "message chunk context",
    "export": "direct access chunk",
    "fb": "kms access direct chunk faults",
    "fence": "owner_buffers chunk direct class",
    "gamma": "kms",
    "gem": "access direct kms faults",
    "hdcp": "hdcp message",
    "hotplug": "monitor kms",
    "import": "direct chunk kms foreign",
    "io_buffers": "owner_buffers cursor direct access",
    "io_context": "context access",
    "io_control": "context message access cursor chunk",
    "io_report": "trace context",
    "io_session": "context message monitor direct",
    "ioctl": "context access chunk faults",
    "layout": "nv12 owner_buffers chunk",
    "line": "nv12 cursor chunk damage foreign",
    "mapping": "direct owner_buffers kms foreign faults",
    "master": "access kms faults",
    "mode": "monitor kms",
    "monitor": "monitor message",
    "node": "access unplug",
    "nv12": "nv12 parts",
    "nv12_avx2": "nv12",
    "nv12_scalar": "nv12 parts",
    "owner_access": "owner_buffers",
    "owner_buffers": "owner_buffers",
    "picture": "message access context direct",
    "plane": "kms cursor damage direct",
    "port": "monitor message kms direct access",
    "prepare": "owner_buffers chunk",
    "prime": "access direct kms owner_buffers",
    "queue": "message context chunk",
    "read": "direct kms damage",
    "recommit": "monitor kms direct",
    "release": "chunk direct owner_buffers",
    "screen": "chunk damage kms cursor",
    "slot": "chunk direct owner_buffers parts damage",
    "stage": "damage kms cursor",
    "stream": "message context chunk monitor direct faults",
    "target": "monitor message kms",
    "todo": "monitor message hdcp owner_buffers foreign",
    "trim": "direct access",
    "user": "monitor owner_buffers",
    "vblank": "kms damage direct idle",
    "worker": "monitor message hdcp",
}


def runs(file, quick):
    """The boots and their themes, in the order in which they are run for a file.

    quick: what is likely to notice, and no more.
    """
    name = file.removeprefix("miracast_").removesuffix(".c")
    likely = LIKELY[name].split()
    first = [theme for theme in likely if theme in THEMES]
    rest = [theme for theme in THEMES if not quick and theme not in first]
    order = [(MAIN, (*first, *rest))]
    order += [(boot, boot.themes) for boot in (FAULTS, HDCP)
              if not quick or boot.name in likely]
    if likely[0] == "hdcp":
        order.insert(0, order.pop())
    if name in UNIT_TESTED:
        order.insert(0, (KUNIT, ()))
    elif not quick:
        order.append((KUNIT, ()))
    return order
