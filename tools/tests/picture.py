#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Judges pictures (PNG, or the dumps of xwd) pixel by pixel.

usage: picture.py equal GOT WANTED [WIDTHxHEIGHT+X+Y]   that part of WANTED
       picture.py differ A B       of one size, and not the same
       picture.py colours FILE N   at least so many
       picture.py plain FILE RRGGBB   one colour all over
       picture.py near FILE RRGGBB N   the same, as a codec leaves it: at most N off
       picture.py smpte FILE       modetest's test pattern, and nothing else

Exit status 1, and what is wrong on standard error, when it is not so.
"""

import re
import struct
import sys

from PIL import Image, ImageChops

# As modetest has them, from left to right.
GREY, YELLOW, CYAN, GREEN = (192, 192, 192), (192, 192, 0), (0, 192, 192), (0, 192, 0)
MAGENTA, RED, BLUE, BLACK = (192, 0, 192), (192, 0, 0), (0, 0, 192), (19, 19, 19)
TOP = (GREY, YELLOW, CYAN, GREEN, MAGENTA, RED, BLUE)
MIDDLE = (BLUE, BLACK, MAGENTA, BLACK, CYAN, BLACK, GREY)
WIDE = ((0, 33, 76), (255, 255, 255), (50, 0, 106), BLACK)
NARROW = ((9, 9, 9), BLACK, (29, 29, 29), BLACK)


def load(path):
    """Red, green and blue of a picture."""
    if not path.endswith('.xwd'):
        return Image.open(path).convert('RGB')
    with open(path, 'rb') as dump:
        data = dump.read()
    header = struct.unpack('>25I', data[:100])
    size, width, height, line, colours = (header[i] for i in (0, 4, 5, 12, 19))
    # Depth, byte order, bits per pixel and masks of an X server with 24 bits, on this
    # architecture.
    if (header[3], header[7], header[11], header[14:17]) != (24, 0, 32, (0xff0000, 0xff00, 0xff)):
        sys.exit(f'{path}: not pixels of 8 bits each of blue, green, red')
    return Image.frombuffer('RGB', (width, height), data[size + 12 * colours:],
                            'raw', 'BGRX', line, 1)


def smpte(width, height):
    """modetest's pattern, with its way of rounding."""
    top = [TOP[x * 7 // width] for x in range(width)]
    middle = [MIDDLE[x * 7 // width] for x in range(width)]
    bottom = []
    for x in range(width):
        if x < width * 5 // 7:
            bottom.append(WIDE[x * 4 // (width * 5 // 7)])
        elif x < width * 6 // 7:
            bottom.append(NARROW[(x - width * 5 // 7) * 3 // (width // 7)])
        else:
            bottom.append(BLACK)
    pixels = []
    for y in range(height):
        pixels += top if y < height * 6 // 9 else middle if y < height * 7 // 9 else bottom
    picture = Image.new('RGB', (width, height))
    picture.putdata(pixels)
    return picture


def equal(got, wanted):
    if got.size != wanted.size:
        return f'captured {got.size}, wanted {wanted.size}'
    wrong = ImageChops.difference(got, wanted).getbbox()
    return wrong and 'pixels differ between %d,%d and %d,%d' % wrong


def part(picture, where):
    width, height, x, y = map(int, re.fullmatch(r'(\d+)x(\d+)\+(\d+)\+(\d+)', where).groups())
    return picture.crop((x, y, x + width, y + height))


def judge(command, *arguments):
    """What is wrong, if anything."""
    first = load(arguments[0])
    if command == 'equal':
        wanted = load(arguments[1])
        return equal(first, part(wanted, arguments[2]) if arguments[2:] else wanted)
    if command == 'differ':
        second = load(arguments[1])
        if first.size != second.size:
            return f'of different size: {first.size}, {second.size}'
        return not equal(first, second) and 'the pictures are the same'
    if command == 'colours':
        count = len(first.getcolors(first.width * first.height))
        return count < int(arguments[1]) and f'only {count} colours'
    if command == 'plain':
        return equal(first, Image.new('RGB', first.size, '#' + arguments[1]))
    if command == 'near':
        off = ImageChops.difference(first, Image.new('RGB', first.size, '#' + arguments[1]))
        most = max(high for _, high in off.getextrema())
        return most > int(arguments[2]) and f'up to {most} off'
    if command == 'smpte':
        return equal(first, smpte(*first.size))
    return 'no such command: ' + command


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        wrong = judge(*sys.argv[1:])
    except OSError as error:
        wrong = error
    if wrong:
        sys.exit('%s: %s' % (sys.argv[2], wrong))


main()
