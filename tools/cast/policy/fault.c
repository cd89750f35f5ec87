// SPDX-License-Identifier: MIT
#include "policy/fault.h"

#include <gio/gio.h>
#include <string.h>

/*
 * In commands, @ stands for the sink as --sink takes it, which may be a name, or an address
 * with an interface; ^ for the address and the interface as ip-route takes them; # for the RTSP
 * port.
 */
static const struct {
	const char *word, *sentence, *help;
} faults[FAULTS] = {
	[FAULT_NONE] = { "none", "The cast has ended.", "" },
	[FAULT_NO_SUCH_SINK] = {
		"no-such-sink",
		"No sink of this name is on the network.",
		"miracast-cast --list" },
	[FAULT_NO_DISCOVERY] = {
		"no-discovery",
		"Sinks cannot be looked up by name: the avahi daemon does not answer.",
		"sudo systemctl start avahi-daemon" },
	[FAULT_UNREACHABLE] = {
		"unreachable",
		"There is no way to the sink's address.",
		"ip route get ^" },
	[FAULT_PORT_TAKEN] = {
		"port-taken",
		"Another program listens at the RTSP port.",
		"ss -ltnp 'sport = :#'" },
	[FAULT_PORT_PRIVILEGED] = {
		"port-privileged",
		"The RTSP port is one that needs a privilege.",
		"cat /proc/sys/net/ipv4/ip_unprivileged_port_start" },
	[FAULT_NOT_CONNECTED] = {
		"not-connected",
		"The sink has not connected: it may be busy, or a firewall is in the way.",
		"miracast-cast --check --sink @" },
	[FAULT_SECURED] = {
		"secured",
		"The sink wants a PIN or an encrypted stream, which this source does not do.",
		"miracast-cast --direct --sink @" },
	[FAULT_SILENT] = {
		"silent",
		"The sink has stopped answering.",
		"ping -c 3 @" },
	[FAULT_LOST] = {
		"connection-lost",
		"The connection to the sink is gone.",
		"ping -c 3 @" },
	[FAULT_MALFORMED] = {
		"malformed",
		"The sink has sent data that is not RTSP.",
		"miracast-cast --verbose --sink @" },
	[FAULT_TOO_LARGE] = {
		"too-large",
		"The sink has sent a message larger than any that makes sense.",
		"miracast-cast --verbose --sink @" },
	[FAULT_TOO_SLOW] = {
		"too-slow",
		"A message of the sink has begun and does not end.",
		"ping -c 3 @" },
	[FAULT_NOT_READING] = {
		"not-reading",
		"The sink does not take the messages that it is sent.",
		"ping -c 3 @" },
	[FAULT_REFUSED] = {
		"refused",
		"The sink has refused a step of the session: it may be showing another source.",
		"miracast-cast --verbose --sink @" },
	[FAULT_NO_VIDEO] = {
		"no-video",
		"The sink has not said which pictures it can show.",
		"miracast-cast --verbose --sink @" },
	[FAULT_NO_MODE] = {
		"no-mode",
		"The sink can show none of the modes that this source can send.",
		"miracast-cast --verbose --sink @" },
	[FAULT_MODE_REFUSED] = {
		"mode-refused",
		"The sink refuses the modes that it has offered.",
		"miracast-cast --mode 1280x720@30 --sink @" },
	[FAULT_NOT_SWITCHED_ON] = {
		"not-switched-on",
		"The desktop has not switched the monitor on; its display settings can.",
		"miracastctl list" },
	[FAULT_TRANSPORT] = {
		"transport",
		"The sink wants pictures in another way than RTP over UDP, which is all there is.",
		"miracast-cast --verbose --sink @" },
	[FAULT_ENDED_BY_SINK] = {
		"ended-by-sink",
		"The sink has ended the session.",
		"miracast-cast --sink @" },
	[FAULT_NO_ENCODER] = {
		"no-encoder",
		"No encoder of H.264 works.",
		"sudo apt install gstreamer1.0-plugins-ugly" },
	[FAULT_NO_ELEMENT] = {
		"no-element",
		"A part of GStreamer that is needed is not installed.",
		"miracast-cast --check --sink @" },
	[FAULT_STREAM] = {
		"stream",
		"Pictures could not be encoded.",
		"GST_DEBUG=2 miracast-cast --verbose --sink @" },
	[FAULT_SOUND] = {
		"sound",
		"Sound could not be encoded.",
		"GST_DEBUG=2 miracast-cast --verbose --sink @" },
	[FAULT_NETWORK] = {
		"network",
		"Pictures could not be sent to the sink.",
		"ip route get ^" },
	[FAULT_NO_SCREEN] = {
		"no-screen",
		"There is no monitor to take pictures from.",
		"miracastctl list" },
	[FAULT_NOT_PERMITTED] = {
		"not-permitted",
		"Only the user at this machine may have a monitor, which miracast-broker provides.",
		"systemctl status miracast-broker; loginctl session-status" },
	[FAULT_NO_MODULE] = {
		"no-module",
		"The driver is not there: its module is not loaded.",
		"sudo modprobe miracast" },
	[FAULT_NO_BROKER] = {
		"no-broker",
		"The bus has no miracast-broker, which hands monitors out.",
		"dpkg -l miracast-broker; systemctl status miracast-broker" },
	[FAULT_BROKER_FAILED] = {
		"broker-failed",
		"miracast-broker cannot provide a monitor.",
		"systemctl status miracast-broker; journalctl -b -u miracast-broker" },
	[FAULT_NOT_ACTIVE] = {
		"not-active",
		"This is not the active session of a seat, which alone gets a monitor.",
		"loginctl session-status" },
	[FAULT_FIREWALL] = {
		"firewall",
		"The firewall keeps the sink out.",
		"sudo firewall-cmd --add-port=#/tcp" },
	[FAULT_STUCK] = {
		"stuck",
		"That takes too long, and the rest was not checked.",
		"GST_DEBUG=3 miracast-cast --check --verbose --sink @" },
	[FAULT_SCREEN_BUSY] = {
		"screen-busy",
		"All monitors that the user may have are in use.",
		"miracastctl list" },
	[FAULT_SCREEN_GONE] = {
		"screen-gone",
		"The monitor was taken away.",
		"miracastctl list" },
};

static enum fault checked(enum fault fault)
{
	return fault < FAULTS ? fault : FAULT_STREAM;
}

const char *fault_word(enum fault fault)
{
	return faults[checked(fault)].word;
}

const char *fault_sentence(enum fault fault)
{
	return faults[checked(fault)].sentence;
}

/* Names of sinks have spaces, and belong to strangers. */
static void append_quoted(GString *text, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    ".:%_-";
	char *quoted = word[strspn(word, plain)] ? g_shell_quote(word) : NULL;

	g_string_append(text, quoted ? quoted : word);
	g_free(quoted);
}

/* The address of a name is not known here. */
static void append_route(GString *text, const char *sink)
{
	const char *sign = strchr(sink, '%');
	char *plain = g_strndup(sink, strcspn(sink, "%"));
	GInetAddress *address = g_inet_address_new_from_string(plain);

	g_string_append(text, address ? plain : "ADDRESS");
	if (address && sign) {
		g_string_append(text, " oif ");
		append_quoted(text, sign + 1);
	}
	g_clear_object(&address);
	g_free(plain);
}

const char *fault_help(enum fault fault, const char *sink, unsigned int port, char *out)
{
	const char *in = faults[checked(fault)].help;
	GString *text = g_string_new(NULL);

	if (!sink)
		sink = "ADDRESS";
	for (; *in; in++) {
		if (*in == '@')
			append_quoted(text, sink);
		else if (*in == '^')
			append_route(text, sink);
		else if (*in == '#')
			g_string_append_printf(text, "%u", port);
		else
			g_string_append_c(text, *in);
	}
	g_strlcpy(out, text->str, FAULT_TEXT);
	g_string_free(text, TRUE);
	return out;
}
