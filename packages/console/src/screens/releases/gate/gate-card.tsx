/** Whether a release may go out: what the gate said last, finding by finding, and what was let through. */
import { useState } from 'preact/hooks'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { GateResult } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { useDoing } from '../../../live/doing.ts'
import { may } from '../../../live/me.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { Told } from '../../../pieces/told/told.tsx'
import { gateWords } from '../../../words/gate-words.ts'
import { say } from '../../../words/say.tsx'
import { isWaivable } from './gate-reasons.ts'
import { Waive } from './waive.tsx'
import { Waivers } from './waivers.tsx'

export interface GateCardProps {
  readonly product: string
  readonly version: string
}

export function GateCard({ product, version }: GateCardProps) {
  const path = { product, version }
  const results = useAsked(
    async (signal) =>
      (await call('GET /products/{product}/releases/{version}/gate', { path, signal })).value,
    [product, version],
    { events: ['release.*', 'finding.*', 'product.gate-changed'] },
  )
  const doing = useDoing()
  const ask = () =>
    doing.run(async () => {
      await call('POST /products/{product}/releases/{version}/gate', { path, body: {} })
      results.again()
    })
  return (
    <section class="card" aria-labelledby="gate">
      <h2 id="gate">{say('release.gateTitle')}</h2>
      <Loaded asked={results}>
        {([newest, ...older]) => (
          <>
            {newest === undefined ? (
              <p class="quiet">{say('release.gateNever')}</p>
            ) : (
              <Result {...{ product, version, result: newest, again: () => void ask() }} />
            )}
            {older.length > 0 && <History results={older} />}
          </>
        )}
      </Loaded>
      {doing.error !== undefined && <ProblemNote error={doing.error} />}
      <p>
        <button type="button" disabled={doing.isBusy} onClick={() => void ask()}>
          {say(doing.isBusy ? 'release.gateAsking' : 'release.gateAsk')}
        </button>
      </p>
      <Waivers {...{ product, version, again: () => void ask() }} />
    </section>
  )
}

interface ResultProps extends GateCardProps {
  readonly result: GateResult
  readonly again: () => void
}

function Result({ product, version, result, again }: ResultProps) {
  const { isOpen, at, threshold, reasons, waived, notLookedUpCount, undecidedCount } = result
  const [wanted, setWanted] = useState<GateResult['reasons'][number]>()
  return (
    <>
      <p role="status">
        <Tag tone={isOpen ? 'good' : 'bad'}>
          {say(isOpen ? 'release.gateOpen' : 'release.gateClosed')}
        </Tag>{' '}
        <Time at={at} /> ·{' '}
        {say('release.gateThreshold', { rating: say(`release.rating-${threshold}`) })}
      </p>
      {reasons.length === 0 && <p>{say('release.gateNothing')}</p>}
      <ul class="release-reasons">
        {reasons.map((reason) => (
          <li key={`${reason.code} ${reason.finding} ${reason.about}`} class="closes">
            <strong>{say(`release.code-${reason.code}`)}</strong>
            <Told words={gateWords(reason)} sentence={reason.sentence} />
            <span class="row">
              {reason.finding !== undefined && (
                <a href={to.finding(product, reason.finding)}>{say('release.toFinding')}</a>
              )}
              {isWaivable(reason.code) && may('finding.decide', product) && (
                <button type="button" onClick={() => setWanted(reason)}>
                  {say('release.waive')}
                </button>
              )}
              {!isWaivable(reason.code) && <span class="quiet">{say('release.neverWaived')}</span>}
            </span>
          </li>
        ))}
        {waived.map((reason) => (
          <li key={reason.waiver}>
            <strong>{say(`release.code-${reason.code}`)}</strong>
            <Told words={gateWords(reason)} sentence={reason.sentence} />
            <span class="quiet">
              {say('release.waivedBy', { name: reason.by })} <Time at={reason.until} isExact />
            </span>
          </li>
        ))}
      </ul>
      {notLookedUpCount > 0 && <p>{say('release.notLookedUp', { count: notLookedUpCount })}</p>}
      {undecidedCount > 0 && <p>{say('release.undecided', { count: undecidedCount })}</p>}
      {wanted !== undefined && (
        <Waive
          {...{ product, version, reason: wanted, onDone: again }}
          onClose={() => setWanted(undefined)}
        />
      )}
    </>
  )
}

function History({ results }: { readonly results: readonly GateResult[] }) {
  return (
    <details>
      <summary>{say('release.gateBefore', { count: results.length })}</summary>
      <ul class="release-files">
        {results.map(({ at, isOpen, reasons }, index) => (
          <li key={`${at} ${index}`}>
            <Time at={at} isExact /> · {say(isOpen ? 'release.gateOpen' : 'release.gateClosed')}
            {reasons.length > 0 && ` · ${codesOf(reasons)}`}
          </li>
        ))}
      </ul>
    </details>
  )
}

function codesOf(reasons: GateResult['reasons']): string {
  return [...new Set(reasons.map(({ code }) => say(`release.code-${code}`)))].join(', ')
}
