/** The register of risks, and its reviews. */
import { useState } from 'preact/hooks'
import { call } from '../../api/call.ts'
import type { NewRisk, NewRiskAssessment, Risk, RiskChange } from '../../api/operator-api.gen.ts'
import { EditForm } from '../../forms/edit-form.tsx'
import { FORMS } from '../../forms/forms.gen.ts'
import { choiceName } from '../../forms/names.ts'
import { useAsked } from '../../live/asked.ts'
import { may } from '../../live/me.ts'
import { usePages } from '../../live/pages.ts'
import { Loaded } from '../../pieces/screen/loaded.tsx'
import { Tag, type Tone } from '../../pieces/tag.tsx'
import { Time } from '../../pieces/time.tsx'
import { say } from '../../words/say.tsx'
import { dayText } from '../../words/time.ts'
import { type RecordKind, Records } from './records/records.tsx'

const PAGE_COUNT = 50
const LEVEL_TONES: Readonly<Record<Risk['level'], Tone>> = {
  ...{ low: 'good', medium: 'waits', high: 'bad' },
}

export function RisksPart({ product }: { readonly product: string }) {
  const [round, setRound] = useState(0)
  return (
    <>
      <Review key={round} product={product} />
      <Records
        product={product}
        kind={risks(product)}
        onChanged={() => setRound((before) => before + 1)}
      />
    </>
  )
}

function Review({ product }: { readonly product: string }) {
  const [isReviewing, setReviewing] = useState(false)
  const path = { product }
  const status = useAsked(
    async (signal) => (await call('GET /products/{product}/risk-status', { path, signal })).value,
    [product],
    { events: ['product.*'] },
  )
  return (
    <section class="card" aria-labelledby="review">
      <h2 id="review">{say('product.review')}</h2>
      <Loaded asked={status}>
        {(it) => (
          <>
            <p>
              {it.assessment === undefined ? (
                <Tag tone="bad">{say('product.neverReviewed')}</Tag>
              ) : (
                <>
                  <Tag tone={it.isOverdue ? 'bad' : 'good'}>
                    {say(it.isOverdue ? 'product.reviewOverdue' : 'product.reviewed')}
                  </Tag>{' '}
                  <Time at={it.reviewedAt} isExact /> ·{' '}
                  {say('product.nextReview', { day: dayText(it.nextReviewOn ?? '') })}
                </>
              )}
            </p>
            {it.isChangedSince && <p>{say('product.changedSince')}</p>}
            {it.highWithoutEvidence.length > 0 && (
              <p>
                {say('product.highWithoutEvidence')}: {it.highWithoutEvidence.join(', ')}
              </p>
            )}
          </>
        )}
      </Loaded>
      {may('product.manage', product) &&
        (isReviewing ? (
          <EditForm
            id={`review-${product}`}
            fields={FORMS.NewRiskAssessment}
            value={{}}
            etag="*"
            act={say('product.keepReview')}
            save={(body) =>
              call('POST /products/{product}/risk-assessments', {
                ...{ path, body: body as NewRiskAssessment },
              })
            }
            onSaved={() => {
              setReviewing(false)
              status.again()
            }}
            onCancel={() => setReviewing(false)}
          >
            <p class="quiet">{say('product.reviewText')}</p>
          </EditForm>
        ) : (
          <div class="row">
            <button type="button" onClick={() => setReviewing(true)}>
              {say('product.doReview')}
            </button>
          </div>
        ))}
      <Assessments product={product} key={status.value?.assessment} />
    </section>
  )
}

function Assessments({ product }: { readonly product: string }) {
  const asked = usePages(
    (after, signal) =>
      call('GET /products/{product}/risk-assessments', {
        path: { product },
        query: { limit: PAGE_COUNT, ...(after === undefined ? {} : { after: Number(after) }) },
        signal,
      }),
    [product],
  )
  const all = asked.value ?? []
  if (all.length === 0) return null
  return (
    <details>
      <summary>{say('product.reviews')}</summary>
      <ol class="plain-list">
        {all.map(({ version, at, reviewer, riskCount, note }) => (
          <li key={version}>
            {say('product.version', { version })} · <Time at={at} isExact /> · {reviewer} ·{' '}
            {say('product.riskCount', { count: riskCount })} <span class="written">{note}</span>
          </li>
        ))}
      </ol>
    </details>
  )
}

function risks(product: string): RecordKind<Risk> {
  const at = (risk: string) => ({ product, risk })
  return {
    ...{ part: 'risks', title: say('product.part_risks') },
    nameOf: ({ id }) => id,
    ...{ fields: FORMS.RiskChange, newFields: FORMS.NewRisk, emptyLists: true },
    columns: [
      {
        ...{ id: 'level', name: say('product.level'), text: ({ level }) => level },
        show: ({ level }) => <Tag tone={LEVEL_TONES[level]}>{choiceName('level', level)}</Tag>,
      },
      {
        ...{ id: 'threat', name: say('field.threat'), text: ({ threat }) => String(threat) },
        show: ({ threat }) => <span class="written">{String(threat)}</span>,
      },
      {
        ...{ id: 'treatment', name: say('field.treatment'), text: ({ treatment }) => treatment },
        show: ({ treatment }) => choiceName('treatment', treatment),
      },
      {
        ...{ id: 'residual', name: say('field.residual'), text: ({ residual }) => residual },
        show: ({ residual }) => choiceName('residual', residual),
      },
      {
        ...{ id: 'owner', name: say('field.owner'), text: ({ owner }) => String(owner) },
        show: ({ owner }) => String(owner),
      },
      {
        ...{ id: 'stride', name: say('field.stride'), isExtra: true, text: ({ stride }) => stride },
        show: ({ stride }) => choiceName('stride', stride),
      },
    ],
    command: `fleetward risks add firmware-rollback --file risk.json --product ${product}`,
    list: (after, signal) =>
      call('GET /products/{product}/risks', {
        ...{ path: { product }, query: { after, limit: PAGE_COUNT }, signal },
      }),
    one: (id) => call('GET /products/{product}/risks/{risk}', { path: at(id) }),
    add: (body) =>
      call('POST /products/{product}/risks', { path: { product }, body: body as NewRisk }),
    change: (id, body, ifMatch) =>
      call('PATCH /products/{product}/risks/{risk}', {
        ...{ path: at(id), body: body as RiskChange, ifMatch },
      }),
    remove: (id, ifMatch) =>
      call('DELETE /products/{product}/risks/{risk}', { path: at(id), ifMatch }),
  }
}
