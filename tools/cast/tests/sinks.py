# SPDX-License-Identifier: MIT
"""What sinks answer to M3, as they were seen, and how they are known to behave.

A row has the lines of the answer, and what the session has to be like: the first mode
(what M4 chooses), its sound, and which fault ends it, if one does.
"""

PORTS = 'wfd_client_rtp_ports: RTP/AVP/UDP;unicast 1028 0 mode=play'
SOUND = 'wfd_audio_codecs: LPCM 00000003 00, AAC 00000001 00'


def edid(wrong):
    """Of a panel of 1280x720 at 60 Hz, with an extension; its checksum is off by so much."""
    dummy = '000000100000000000000000000000000000'
    base = bytes.fromhex(
        '00ffffffffffff00 360d0100010000000121 0104a546287806 ee91a3544c99260f5054 200000'
        '01010101010101010101010101010101 011d007251d01e206e285500bc902100001e'
        '000000fc0053616d706c650a202020202020' + 2 * dummy + '01')
    extension = bytes.fromhex('02030780e2004a').ljust(127, bytes(1))
    blocks = b''.join(block + bytes([-sum(block) & 255]) for block in (base, extension))
    return f'wfd_display_edid: 0002 {blocks[:-1].hex()}{blocks[-1] + wrong & 255:02x}'


def sink(video, mode=None, sound='AAC', fault='', lines=(), ports=PORTS, audio=SOUND, agent='', says=''):
    """A row."""
    body = list(lines) + [audio, ports]
    if video:
        body.insert(0, 'wfd_video_formats: ' + video)
    return {'body': [line for line in body if line], 'mode': mode, 'sound': sound,
            'fault': fault, 'agent': agent, 'says': says}


SINKS = {
    'minimal': sink('00 00 01 01 00000001 00000000 00000000 00 0000 0000 00 none none',
                    (640, 480, 60), 'LPCM', audio='wfd_audio_codecs: LPCM 00000002 00'),
    'samsung': sink('40 00 02 04 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none, '
                    '01 04 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none',
                    lines=('wfd_connector_type: 05', 'wfd_standby_resume_capability: supported')),
    'lazycast': sink('00 00 02 10 0001FFFF 3FFFFFFF 00000FFF 00 0000 0000 00 none none',
                     lines=('wfd_connector_type: 05', 'wfd_content_protection: none')),
    'miraclecast': sink('00 00 03 10 0001ffff 1fffffff 00001fff 00 0000 0000 10 none none'),
    'windows': sink('40 00 01 10 0001bdeb 051557ff 00000fff 10 0000 001f 11 0780 0438',
                    lines=('wfd_idr_request_capability: 1', 'microsoft_max_bitrate: 15000000')),
    'ptv3000': sink('40 00 02 02 0001DEFF 157C7FFF 00000FFF 00 0000 0000 11 none none, '
                    '01 02 0001DEFF 157C7FFF 00000FFF 00 0000 0000 11 none none', (1280, 720, 60)),
    'qwhd1': sink('38 01 01 08 0001deff 07ffffff 00000fff 02 0000 0000 11 0780 0438',
                  (1920, 1080, 30)),
    'wsbox': sink('79 00 02 02 0001DEFF 157C7FFF 00000FFF 00 0000 0000 11 none none'),
    'airserver': sink('40 00 01 10 000194A0 05155555 00000555 00 0000 0000 11 none none, '
                      '02 10 000194A0 05155555 00000555 00 0000 0000 11 none none',
                      lines=('microsoft_max_bitrate: 15000000',)),
    'lg': sink('40 00 01 10 000194FF 155575DF 00000555 00 0000 0000 1F none none, '
               '02 10 000194FF 155575DF 00000555 00 0000 0000 1F none none',
               ports='wfd_client_rtp_ports: RTP/AVP/UDP;unicast 53000 0 mode=play'),
    'extension': sink('40 00 01 10 0001bdeb 051557ff 00000fff 10 0000 001f 11 0780 0438, '
                      '02 10 0001bdeb 051557ff 00000fff 10 0000 001f 11 0780 0438'),
    'tablet-r2': sink('', lines=(
        'wfd2_video_formats: 40 01 04 0080 000001ffbdeb 000155557fff 000000000fff 10 0000 001f 11, '
        '01 01 0080 000001ffbdeb 000155557fff 000000000fff 10 0000 001f 11 00',
        'wfd2_audio_codecs: LPCM 000001ff 00', 'microsoft_max_bitrate: 200000000'),
        audio='', sound='LPCM'),
    'miplay': sink('40 00 01 10 0001bdeb 051557ff 00000fff 10 0000 001f 11 0780 0438',
                   fault='transport',
                   ports='wfd_client_rtp_ports: RTP/AVP/TCP;interleaved mode=play'),
    'wds': sink('40 00 02 04 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none',
                lines=('wfd_connector_type: none',)),
    'ms4k': sink('40 00 01 10 0001bdeb 051557ff 00000fff 10 0000 001f 11 0780 0438', None, 'LPCM',
                 audio='wfd_audio_codecs: LPCM 00000002 00', agent='MSMiracastAdapter'),
    'hisense': sink('40 00 02 10 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none',
                    ports='wfd_client_rtp_ports: RTP/AVP/UDP;unicast 19000 0 mode=play'),
    'firetv': sink('38 00 02 02 000000FF 00000000 00000000 00 0000 0000 11 none none',
                   (1280, 720, 60), agent='Amazon FireTV'),
    # As lazycast makes them.
    'wrong-edid': sink('40 00 02 04 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none',
                       (1280, 720, 60), lines=(edid(1),), says='edid-repaired'),
    'right-edid': sink('40 00 02 04 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none',
                       (1280, 720, 60), lines=(edid(0),)),
    'no-video': sink('', fault='no-video'),
    'no-mode': sink('40 00 02 10 00000000 00000000 00000000 00 0000 0000 00 none none',
                    fault='no-mode'),
    'interlaced': sink('40 00 02 10 00000204 00000000 00000000 00 0000 0000 00 none none',
                       fault='no-mode'),
}
