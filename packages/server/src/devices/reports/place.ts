/**
 * Where a device connects from, as far as it has to be known to tell two places apart: the network, not the address.
 * Addresses of people's homes are personal data, which this server does not keep (CRA P-076).
 */
import { isIPv4, isIPv6 } from 'node:net'

/** `192.0.2.0/24`, `2001:db8:1::/48`; undefined for what is no address. */
export function placeOf(address: string | undefined): string | undefined {
  const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0/24`
  if (!isIPv6(plain)) return undefined
  const [front = '', back] = plain.split('::')
  const groups = front === '' ? [] : front.split(':')
  const behind = back === undefined || back === '' ? [] : back.split(':')
  // Left out between the two: as many zeros as are missing to eight.
  const all = [
    ...groups,
    ...Array(Math.max(0, 8 - groups.length - behind.length)).fill('0'),
    ...behind,
  ]
  const network = all.slice(0, 3).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/48`
}
