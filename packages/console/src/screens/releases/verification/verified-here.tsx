/**
 * Whether this browser itself, with the files that devices get, comes to the release that the server shows. What fails
 * is said loudly and where it failed; nothing here ever ends in silence.
 */
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ReleaseInFull } from '../../../api/operator-api.gen.ts'
import { whenBack } from '../../../live/away.ts'
import { listen } from '../../../live/events.ts'
import { Tag } from '../../../pieces/tag.tsx'
import { say, sayWith } from '../../../words/say.tsx'
import { Checked } from './checked.tsx'
import { NotVerified } from './not-verified.tsx'
import { RootKeys } from './root-keys.tsx'
import type { Verdict } from './verdict.ts'

export interface VerifiedHereProps {
  readonly product: string
  readonly release: ReleaseInFull
}

export function VerifiedHere({ product, release }: VerifiedHereProps) {
  const [round, setRound] = useState(0)
  const [verdict, setVerdict] = useState<Verdict>()
  const [error, setError] = useState<Error>()
  const again = useCallback(() => setRound((before) => before + 1), [])
  /** The product whose root was seen first here: news begin another check, which finds it known, and the hint stays. */
  const firstSeenOf = useRef<string>(undefined)
  const shown = JSON.stringify(release)
  useLayoutEffect(() => {
    let isWanted = true
    setVerdict(undefined)
    setError(undefined)
    // Loaded apart: whoever looks at no release needs no cryptography.
    import('./verify-here.ts')
      .then(({ verifyHere }) => verifyHere(product, release))
      .then(
        (seen) => {
          if (seen.isFirstUse) firstSeenOf.current = product
          if (isWanted) setVerdict({ ...seen, isFirstUse: firstSeenOf.current === product })
        },
        (caught: unknown) => isWanted && setError(caught as Error),
      )
    return () => {
      isWanted = false
    }
  }, [product, shown, round])
  useLayoutEffect(() => {
    const ends = [listen(['release.*'], again), whenBack(again)]
    return () => {
      for (const end of ends) end()
    }
  }, [again])

  if (error !== undefined) {
    const text = { step: undefined, code: 'CANNOT', facts: { why: error.message } }
    return <NotVerified {...{ product, again, ...text }} />
  }
  if (verdict?.outcome === 'refused') {
    return <NotVerified {...{ product, again, verdict, ...verdict }} />
  }
  return (
    <section class="card" aria-labelledby="verified">
      <h2 id="verified">{say('verified.title')}</h2>
      <div role="status" class="stack">
        {verdict === undefined ? (
          <p class="quiet">{say('verified.checking')}</p>
        ) : (
          <>
            <p>
              <Tag tone={verdict.outcome === 'verified' ? 'good' : 'quiet'}>
                {say(verdict.outcome === 'verified' ? 'verified.yes' : 'verified.notListed')}
              </Tag>
            </p>
            <p>
              {say(verdict.outcome === 'verified' ? 'verified.yesText' : 'verified.notListedText')}
            </p>
          </>
        )}
      </div>
      {verdict !== undefined && (
        <>
          <div class="stack">
            <RootKeys verdict={verdict} />
            {verdict.isFirstUse && (
              <p>{sayWith('verified.firstUse', { command: <code>fleetward keys list</code> })}</p>
            )}
          </div>
          <Checked steps={verdict.steps} isWhole={verdict.outcome === 'verified'} />
          <p>
            <button type="button" onClick={again}>
              {say('verified.again')}
            </button>
          </p>
        </>
      )}
    </section>
  )
}
