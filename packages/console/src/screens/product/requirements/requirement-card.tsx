/** One requirement: its text, its answer or a suggestion of one, its gaps, and every revision. */
import { useLocation } from 'preact-iso'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { RequirementAnswer, RequirementRow } from '../../../api/operator-api.gen.ts'
import type { Value } from '../../../forms/draft.ts'
import { EditForm } from '../../../forms/edit-form.tsx'
import { FORMS } from '../../../forms/forms.gen.ts'
import { Written } from '../../../forms/written.tsx'
import { useDoing } from '../../../live/doing.ts'
import { may } from '../../../live/me.ts'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { Told } from '../../../pieces/told/told.tsx'
import { say } from '../../../words/say.tsx'
import { speaksEnglish } from '../../../words/told.ts'
import { RecordHistory } from '../records/record-history.tsx'
import { REQUIREMENT_TONES } from './requirement-tones.ts'
import { referenceWords, requirementWords } from './requirement-words.ts'
import { suggestionWords } from './suggestion-words.ts'

export interface RequirementCardProps {
  readonly product: string
  readonly row: RequirementRow
  readonly again: () => void
}

export function RequirementCard({ product, row, again }: RequirementCardProps) {
  const { query, route } = useLocation()
  const doing = useDoing()
  const mayWrite = may('product.manage', product)
  const isEditing = mayWrite && query.edit === 'yes'
  const here = { row: row.id }
  const path = { product, requirement: row.id }
  const accept = async () => {
    const done = await doing.run(() =>
      call('POST /products/{product}/requirements/{requirement}/acceptance', {
        ...{ path, ifMatch: `"${row.revision}"` },
      }),
    )
    again()
    if (done) announce(say('product.accepted'))
  }
  return (
    <article class="card" aria-labelledby="requirement">
      <h2 id="requirement">{row.id}</h2>
      <p class="quiet">{referenceWords(row)}</p>
      <p>
        <Told words={requirementWords(row)} sentence={row.text} />
      </p>
      <p>
        <Tag tone={REQUIREMENT_TONES[row.state]}>{say(`product.state_${row.state}`)}</Tag>
        {row.changedAt !== undefined && (
          <span class="quiet">
            {' '}
            <Time at={row.changedAt} isExact /> · {row.changedBy}
          </span>
        )}
      </p>
      {row.gaps.length > 0 && (
        <ul class="gap-list">
          {row.gaps.map(({ gap }) => (
            <li key={gap}>{say(`product.gap_${gap}`)}</li>
          ))}
        </ul>
      )}
      {row.standards.length > 0 && (
        <p>
          {say('product.part_standards')}:{' '}
          {row.standards.map((id) => (
            <span key={id}>
              <a href={to.product(product, 'standards', { edit: id })}>{id}</a>{' '}
            </span>
          ))}
        </p>
      )}
      {row.suggestion !== undefined && (
        <section class="suggested stack">
          <h3>{say('product.suggestion')}</h3>
          {row.suggested.map((one) => (
            <p key={one.code} class="written">
              <Told words={suggestionWords(one)} sentence={one.sentence} />
            </p>
          ))}
          {!speaksEnglish() && <p class="quiet">{say('product.acceptsEnglish')}</p>}
          {mayWrite && !isEditing && (
            <div class="row">
              <button
                type="button"
                class="first"
                disabled={doing.isBusy}
                onClick={() => void accept()}
              >
                {say('product.accept')}
              </button>
            </div>
          )}
          {doing.error !== undefined && <ProblemNote error={doing.error} />}
        </section>
      )}
      {isEditing ? (
        <EditForm
          id={`requirement-${product}-${row.id}`}
          fields={FORMS.RequirementAnswer}
          value={{ ...row.answer }}
          etag={`"${row.revision}"`}
          isAlone
          save={(body, ifMatch) =>
            call('POST /products/{product}/requirements/{requirement}', {
              ...{ path, body: body as RequirementAnswer, ifMatch },
            })
          }
          reload={async () => {
            const now = await call('GET /products/{product}/requirements/{requirement}', { path })
            return { value: (now.value.answer ?? {}) as Value, etag: now.etag }
          }}
          onSaved={() => {
            again()
            route(to.product(product, 'requirements', here))
          }}
          onCancel={() => route(to.product(product, 'requirements', here))}
        />
      ) : (
        <>
          {row.answer !== undefined && (
            <Written
              fields={FORMS.RequirementAnswer}
              value={{ ...row.answer }}
              inEnglish={row.isSuggested === true ? 'how' : undefined}
            />
          )}
          {mayWrite && (
            <div class="row">
              <a
                class="button"
                href={to.product(product, 'requirements', { ...here, edit: 'yes' })}
              >
                {say('product.answer')}
              </a>
            </div>
          )}
        </>
      )}
      {row.revision > 0 && (
        <RecordHistory
          of={`${row.id} ${row.revision}`}
          fields={FORMS.RequirementAnswer}
          ask={async (signal) => {
            const answered = await call(
              'GET /products/{product}/requirements/{requirement}/revisions',
              { path, signal },
            )
            const value = answered.value.map(({ answer, ...one }) => ({
              ...{ ...one, content: { ...answer } },
            }))
            return { ...answered, value }
          }}
        />
      )}
    </article>
  )
}
