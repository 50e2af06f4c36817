/**
 * Which addresses a webhook may reach. Whoever may set one chooses where this server connects to; it must not become a
 * way into the network around it (SSRF). Global unicast addresses only, unless the settings name a network. Pure.
 */
import { BlockList, isIP, isIPv6 } from 'node:net'

/** IANA special-purpose registries (RFC 6890 and its updates), multicast and reserved space. */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** Of global unicast; everything outside 2000::/3 is special anyway. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

export function networksOf(cidrs: readonly string[]): BlockList {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const [network = '', prefix = ''] = cidr.split('/', 2)
    list.addSubnet(network, Number(prefix), isIPv6(network) ? 'ipv6' : 'ipv4')
  }
  return list
}

export function isNetwork(cidr: string): boolean {
  const [network = '', prefix = '', ...rest] = cidr.split('/')
  const family = isIP(network)
  const max = family === 4 ? 32 : 128
  return family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= max
}

const SPECIAL = networksOf([...SPECIAL_IPV4, ...SPECIAL_IPV6])
const GLOBAL_IPV6 = networksOf(['2000::/3'])

/** `address` without brackets; one with a zone (`%eth0`) is a link's own. */
export function isReachable(address: string, allowed: BlockList): boolean {
  if (address.includes('%')) return false
  const inside = embeddedIpv4(address) ?? address
  const family = isIP(inside) === 6 ? 'ipv6' : 'ipv4'
  if (isIP(inside) === 0) return false
  if (allowed.check(inside, family)) return true
  if (SPECIAL.check(inside, family)) return false
  return family === 'ipv4' || GLOBAL_IPV6.check(inside, 'ipv6')
}

/** `::ffff:192.0.2.1` is 192.0.2.1 to the operating system. */
function embeddedIpv4(address: string): string | undefined {
  if (!isIPv6(address)) return undefined
  // One spelling for all of them: URL writes ::ffff:c000:201.
  const written = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const [, high = '', low = ''] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(written) ?? []
  if (high === '') return undefined
  const number = Number.parseInt(high, 16) * 0x1_0000 + Number.parseInt(low, 16)
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.')
}
