/** The clocks of a case: what is due when, what it waits for, and by how much it was late. */
import type { CaseInFull } from '../../../api/operator-api.gen.ts'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { durationWords } from '../../../words/time.ts'
import { CLOCK_TONES } from './clock-words.ts'
import { Due } from './due.tsx'

export function Clocks({ of }: { readonly of: CaseInFull }) {
  const now = of.isDrill ? of.now : undefined
  return (
    <section aria-labelledby="clocks" class="stack">
      <h2 id="clocks">{say('cases.clocks')}</h2>
      <div class="cards">
        {of.clocks.map((clock, index) => {
          const { stage, state, dueAt, anchor, anchorAt, latestReadingAt, submittedAt } = clock
          const runs = state === 'running' || state === 'overdue'
          return (
            <article
              key={`${stage}-${index}`}
              class={`card clock ${state === 'overdue' && !of.isDrill ? 'is-overdue' : ''}`}
            >
              <h3>{say(`cases.stage_${stage}`)}</h3>
              <p>
                <Tag tone={CLOCK_TONES[state]}>{say(`cases.clock_${state}`)}</Tag>
              </p>
              {runs && dueAt !== undefined && <Due at={dueAt} now={now} zone={of.zone} />}
              {state === 'notStarted' && <p class="quiet">{say(`cases.waits_${anchor}`)}</p>}
              <dl class="facts">
                {anchorAt !== undefined && (
                  <>
                    <dt>{say(`cases.anchor_${anchor}`)}</dt>
                    <dd>
                      <Time at={anchorAt} isExact />
                    </dd>
                  </>
                )}
                {submittedAt !== undefined && (
                  <>
                    <dt>{say('cases.clock_submitted')}</dt>
                    <dd>
                      <Time at={submittedAt} isExact />
                    </dd>
                  </>
                )}
                {!runs && dueAt !== undefined && (
                  <>
                    <dt>{say('cases.wasDue')}</dt>
                    <dd>
                      <Time at={dueAt} isExact />
                    </dd>
                  </>
                )}
                {latestReadingAt !== undefined && latestReadingAt !== dueAt && (
                  <>
                    <dt>{say('cases.latestReading')}</dt>
                    <dd>
                      <Time at={latestReadingAt} isExact />
                    </dd>
                  </>
                )}
                {state === 'late' && (
                  <>
                    <dt>{say('cases.lateBy')}</dt>
                    <dd>{durationWords(clock.lateBySeconds)}</dd>
                  </>
                )}
              </dl>
            </article>
          )
        })}
      </div>
    </section>
  )
}
