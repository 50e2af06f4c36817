/**
 * Who asked for nothing within a day, by network, and how many of them one provider's range of networks has: whoever
 * rents a range of IPv6 has as many networks as he likes. Of a form that is crowded only newcomers get anything. In
 * memory, each server for itself.
 */
import { type BucketRate, TokenBuckets } from '../admission/token-bucket.ts'
import { placeOf } from '../devices/reports/place.ts'

const DAY_SECONDS = 86_400
const OF_NETWORK: BucketRate = { burst: 1, perSecond: 1 / DAY_SECONDS }
const OF_RANGE: BucketRate = { burst: 20, perSecond: 20 / DAY_SECONDS }

export class Newcomers {
  readonly #networks: TokenBuckets
  readonly #ranges: TokenBuckets

  constructor(nowMs: () => number, maxKeys: number) {
    this.#networks = new TokenBuckets(OF_NETWORK, { maxKeys, nowMs })
    this.#ranges = new TokenBuckets(OF_RANGE, { maxKeys, nowMs })
  }

  /** Counted on calm days too: on a crowded one it shows who asked already. */
  isNew(address: string): boolean {
    const network = placeOf(address) ?? ''
    const isFirst = this.#networks.take(network)
    return this.#ranges.take(rangeOf(network)) && isFirst
  }
}

/** `192.0.0.0/16` of `192.0.2.0/24`, `2001:db8::/32` of `2001:db8:1::/48`: what registries hand out at least. */
function rangeOf(network: string): string {
  const [first = '', second = ''] = network.split(/[.:]/)
  return network.includes(':') ? `${first}:${second}::/32` : `${first}.${second}.0.0/16`
}
