/** What devices reported beside their columns: what they wait for, how far they are, and what they failed with. */
import type { ComponentChildren } from 'preact'
import { to } from '../../../addresses.ts'
import type { RolloutInFull } from '../../../api/operator-api.gen.ts'
import { numberWords, say, sayIfKnown } from '../../../words/say.tsx'

export interface ReportedCountsProps {
  readonly product: string
  readonly rollout: Pick<RolloutInFull, 'id' | 'progress'>
}

export function ReportedCounts({ product, rollout: { id, progress } }: ReportedCountsProps) {
  const { waitingFor, byState, failureCodes } = progress
  // A device with nothing to do is in none of these any more: its column says the rest.
  const { idle: _, ...busy } = byState
  const devices = (condition: string) =>
    to.fleet(product, { filter: `rollout = "${id}" and ${condition}` })
  return (
    <>
      <Counts title={say('rollouts.waitFor')} counts={waitingFor}>
        {(code) => (
          <a href={devices(`waitingFor = ${code}`)}>{sayIfKnown('waitsFor', code) ?? code}</a>
        )}
      </Counts>
      <Counts title={say('rollouts.areAt')} counts={busy}>
        {(code) => (
          <a href={devices(`state = ${code}`)}>{sayIfKnown('deviceStates', code) ?? code}</a>
        )}
      </Counts>
      <Counts title={say('rollouts.failedWith')} counts={failureCodes}>
        {(code) => (
          <a href={to.rollout(product, id, { column: 'failed' })}>
            <code>{code}</code>
          </a>
        )}
      </Counts>
    </>
  )
}

interface CountsProps {
  readonly title: string
  readonly counts: Readonly<Record<string, number>>
  readonly children: (code: string) => ComponentChildren
}

function Counts({ title, counts, children }: CountsProps) {
  const shown = Object.entries(counts).filter(([, count]) => count > 0)
  if (shown.length === 0) return null
  return (
    <p class="row">
      {title}
      {shown.map(([code, count]) => (
        <span key={code}>
          {children(code)} {numberWords(count)}
        </span>
      ))}
    </p>
  )
}
