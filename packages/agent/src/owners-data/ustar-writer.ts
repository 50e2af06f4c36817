/** Headers of a POSIX ustar archive in the one spelling that ../slot/tar-reader.ts reads (protocol §4.4). */
const BLOCK_BYTES = 512

/** `name`: at most 99 plain characters. `length`: below 8 GiB. */
export function ustarHeader(name: string, length: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES)
  header.write(name, 0, 100, 'latin1')
  header.write(`${octal(0o644, 7)}\0`, 100, 'latin1')
  header.write(`${octal(0, 7)}\0`, 108, 'latin1')
  header.write(`${octal(0, 7)}\0`, 116, 'latin1')
  header.write(`${octal(length, 11)}\0`, 124, 'latin1')
  header.write(`${octal(0, 11)}\0`, 136, 'latin1')
  header.write('        0', 148, 'latin1')
  header.write('ustar\x0000', 257, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${octal(sum, 6)}\0 `, 148, 'latin1')
  return header
}

export function ustarPadding(length: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (length % BLOCK_BYTES)) % BLOCK_BYTES)
}

export const USTAR_END = Buffer.alloc(2 * BLOCK_BYTES)

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}
