/** All that was recorded of a case, the newest first: what, when it counts, who said so, and his words. */
import type { CaseInFull } from '../../api/operator-api.gen.ts'
import { FORMS } from '../../forms/forms.gen.ts'
import { Written } from '../../forms/written.tsx'
import { Scrolling } from '../../pieces/screen/scrolling.tsx'
import { Time } from '../../pieces/time.tsx'
import { say, sayIfKnown } from '../../words/say.tsx'

const FIELDS = FORMS.CaseAct.filter(
  ({ path }, index, all) =>
    path !== 'type' && path !== 'at' && all.findIndex((one) => one.path === path) === index,
)

export function CaseEvents({ of }: { readonly of: CaseInFull }) {
  return (
    <section class="card" aria-labelledby="events">
      <h2 id="events">{say('cases.events')}</h2>
      <ol class="case-events" reversed>
        {of.events.toReversed().map(({ position, at, recordedAt, name, type, facts }) => (
          <li key={position}>
            <p>
              <strong>{sayIfKnown('cases', `did_${type}`) ?? type}</strong>{' '}
              <span class="quiet">
                <Time at={at} isExact /> · {name}
                {recordedAt !== at && (
                  <>
                    {' · '}
                    {say('cases.recordedAt')} <Time at={recordedAt} isExact />
                  </>
                )}
              </span>
            </p>
            <Told facts={facts} />
            {sheetText(facts) !== undefined && (
              <details>
                <summary>{say('cases.asSubmitted')}</summary>
                <Scrolling as="pre" class="sheet-text">
                  {sheetText(facts)}
                </Scrolling>
              </details>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

type Facts = CaseInFull['events'][number]['facts']

/** Opening a case says nothing beside the case itself. */
function Told({ facts }: { readonly facts: Facts }) {
  const fields = FIELDS.filter(({ path }) => hasFact(facts, path))
  return fields.length === 0 ? null : <Written fields={fields} value={facts} />
}

const hasFact = (facts: Facts, path: string) => (path.split('/', 1)[0] ?? '') in facts

function sheetText({ sheet }: Facts): string | undefined {
  if (typeof sheet !== 'object' || sheet === null || !('text' in sheet)) return undefined
  return String(sheet.text)
}
