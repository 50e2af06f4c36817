/**
 * Proxies and balancers that the settings name before the public listener (`listen.publicProxies`): what one of them wrote
 * into X-Forwarded-For is believed, from the right up to the first address that is none of them. What anybody else wrote
 * there is not. One that says nothing hides who asks: then there is no address by which anything could be counted, and
 * everybody who comes through it is not one sender.
 */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'
import { believeAddress } from './address.ts'

const NETWORK = /^([^/]+)(?:\/(\d{1,3}))?$/

/** `10.0.0.5`, `10.0.0.0/24`, `2001:db8::/48` */
export function isAddressOrNetwork(text: string): boolean {
  const [, address = '', prefix] = NETWORK.exec(text) ?? []
  const version = isIP(address)
  return version !== 0 && (prefix === undefined || Number(prefix) <= (version === 4 ? 32 : 128))
}

export class PublicProxies {
  readonly #named = new BlockList()

  /** Each as {@link isAddressOrNetwork} takes it. */
  constructor(named: readonly string[]) {
    for (const one of named) {
      const [, address = '', prefix] = NETWORK.exec(one) ?? []
      const family = isIPv6(address) ? 'ipv6' : 'ipv4'
      if (prefix === undefined) this.#named.addAddress(address, family)
      else this.#named.addSubnet(address, Number(prefix), family)
    }
  }

  /** Before the address of the request is asked for (address.ts). */
  note(request: IncomingMessage): void {
    if (!this.#has(request.socket.remoteAddress ?? '')) return
    const written = String(request.headers['x-forwarded-for'] ?? '').split(',')
    const said = written.map((one) => one.trim()).findLast((one) => !this.#has(one))
    believeAddress(request, said !== undefined && isIP(said) !== 0 ? said : undefined)
  }

  #has(address: string): boolean {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
    return isIP(plain) !== 0 && this.#named.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
  }
}
