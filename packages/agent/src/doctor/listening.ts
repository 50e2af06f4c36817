/** Where a process listens for TCP, as the kernel's tables have it (proc_net_tcp). */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { endianness } from 'node:os'
import { join } from 'node:path'

/** TCP_LISTEN, tcp_states.h. */
const LISTEN = '0A'

export interface Listening {
  /** As a URL writes it: `127.0.0.1`, `[::1]`. */
  readonly host: string
  readonly port: number
}

export async function listeningOf(processFolder: string): Promise<Listening[]> {
  const fds = await readdir(join(processFolder, 'fd'))
  const links = await Promise.all(
    // A connection may have ended meanwhile.
    fds.map((fd) => readlink(join(processFolder, 'fd', fd)).catch(() => '')),
  )
  const own = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
  const tables = await Promise.all(
    // A kernel without IPv6 has no table of it.
    ['tcp', 'tcp6'].map((name) =>
      readFile(join(processFolder, 'net', name), 'utf8').catch(() => ''),
    ),
  )
  return tables.flatMap((table) =>
    table.split('\n').flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      const [address = '', port = ''] = local.split(':')
      if (state !== LISTEN || !own.has(inode)) return []
      return [{ host: hostOf(address), port: Number.parseInt(port, 16) }]
    }),
  )
}

/** The one way of writing an address, so that two can be compared. */
export function canonicalHost(address: string): string {
  const [withoutZone = ''] = address.split('%')
  const host = withoutZone.includes(':') ? `[${withoutZone}]` : withoutZone
  return new URL(`http://${host}`).hostname
}

/** Words of 32 bits, each in this machine's order of bytes. */
function hostOf(hex: string): string {
  const bytes = Buffer.from(hex, 'hex')
  if (endianness() === 'LE') bytes.swap32()
  if (bytes.length === 4) return bytes.join('.')
  return canonicalHost(bytes.toString('hex').replace(/(.{4})(?=.)/g, '$1:'))
}
