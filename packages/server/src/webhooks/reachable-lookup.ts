/** The name is resolved once, here: what is connected to is what was looked at (no DNS rebinding). */
import { lookup as resolve } from 'node:dns/promises'
import type { BlockList, LookupFunction } from 'node:net'
import { isReachable } from './reachable-address.ts'

/** The `code` of the error for a name that leads to an address that is not allowed. */
export const FORBIDDEN = 'EFORBIDDEN'

export function onlyReachable(allowed: BlockList): LookupFunction {
  return (name, options, callback) => {
    resolve(name, { all: true, verbatim: true }).then(
      (addresses) => {
        const reachable = addresses.filter(({ address }) => isReachable(address, allowed))
        const [first] = reachable
        // One that is forbidden forbids the name: nobody points half a name into a private network by mistake.
        if (first === undefined || reachable.length < addresses.length) {
          callback(Object.assign(new Error('forbidden'), { code: FORBIDDEN }), '', 0)
        } else if (options.all === true) callback(null, reachable)
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    )
  }
}
