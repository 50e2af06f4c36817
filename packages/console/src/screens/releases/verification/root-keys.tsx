/** The keys of the root that this browser saw first: what somebody compares once with those at the desk. */
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { KeyId } from '../signatures/key-id.tsx'
import type { Verdict } from './verdict.ts'

export function RootKeys({ verdict }: { readonly verdict: Verdict }) {
  return (
    <>
      <p>
        {say('verified.rootKeys')} <Time at={verdict.firstSeenAt} isExact />
      </p>
      <ul class="release-keys">
        {verdict.firstKeys.map((keyId) => (
          <li key={keyId}>
            <KeyId keyId={keyId} />
          </li>
        ))}
      </ul>
    </>
  )
}
