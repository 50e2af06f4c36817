/** Where a request comes from, as far as it says something about who it is. Pure. */
import { isIPv6 } from 'node:net'

/** What one subscriber has to himself: an IPv4 address, the /64 of an IPv6 one. */
export function subscriberOf(address: string): string {
  return leading(address, { octets: 4, groups: 4 })
}

/**
 * The provider, roughly: /16 of IPv4, /32 of IPv6 (what registries hand out to one). Addresses of a line change every
 * day; who carries it does not.
 */
export function providerOf(address: string): string {
  return leading(address, { octets: 2, groups: 2 })
}

function leading(address: string, { octets, groups }: { octets: number; groups: number }): string {
  // What a listener on :: calls an IPv4 peer, and the interface behind a link-local address.
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!isIPv6(bare)) return bare.split('.').slice(0, octets).join('.')
  return allGroups(bare).slice(0, groups).join(':')
}

/** RFC 4291 §2.2: `::` stands for as many zeros as are missing. */
function allGroups(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::')
  const groupsOf = (text: string) => (text === '' ? [] : text.split(':'))
  const before = groupsOf(head)
  const after = groupsOf(tail ?? '')
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  return [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, ''))
}
