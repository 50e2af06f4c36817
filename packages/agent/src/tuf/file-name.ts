/**
 * One flat file name for any name that a stranger chose: a role, a target path. Only lower-case
 * letters, digits, `_`, `-` and inner dots stand for themselves, so no name leaves its folder, is
 * hidden, or meets another one on a file system that ignores case.
 */
import { sha256Hex } from '@fleetward/shared'

/** Below the 255 bytes of common file systems, with room for an extension and for a name beside. */
const FILE_NAME_MAX_LENGTH = 200

const utf8 = new TextEncoder()

export function fileNameOf(name: string): string {
  const encoded = name.replace(/[^a-z0-9_.-]/gu, percentEncoded).replace(/^\./, '%2e')
  // The digest keeps long names apart; what is in the file is verified on every reading anyway.
  return encoded.length <= FILE_NAME_MAX_LENGTH
    ? encoded
    : `%sha256-${sha256Hex(utf8.encode(name))}`
}

function percentEncoded(character: string): string {
  return [...utf8.encode(character)]
    .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
    .join('')
}
