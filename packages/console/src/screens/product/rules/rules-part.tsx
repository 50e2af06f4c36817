/** The rules of a product: who approves rollouts, until when fixes are due, what the gate asks for. */
import { useState } from 'preact/hooks'
import { type Answer, call } from '../../../api/call.ts'
import type { ApprovalRule, GatePolicyChange } from '../../../api/operator-api.gen.ts'
import type { Value } from '../../../forms/draft.ts'
import { EditForm } from '../../../forms/edit-form.tsx'
import type { FormField } from '../../../forms/form-field.ts'
import { FORMS } from '../../../forms/forms.gen.ts'
import { Written } from '../../../forms/written.tsx'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { say } from '../../../words/say.tsx'
import { DEADLINE_FIELDS, daysOf, secondsOf } from './deadline-days.ts'

export function RulesPart({ product }: { readonly product: string }) {
  const path = { product }
  const mayManage = may('product.manage', product)
  return (
    <div class="cards">
      <Rule
        id={`approval-${product}`}
        title={say('product.approval')}
        about={say('product.approvalText')}
        fields={FORMS.ApprovalRule}
        mayChange={mayManage}
        ask={(signal) => call('GET /products/{product}/approval', { path, signal })}
        save={(body) =>
          call('POST /products/{product}/approval', { path, body: body as ApprovalRule })
        }
      />
      <Rule
        id={`deadlines-${product}`}
        title={say('product.deadlines')}
        about={say('product.deadlinesText')}
        fields={DEADLINE_FIELDS}
        mayChange={mayManage}
        ask={async (signal) => {
          const answer = await call('GET /products/{product}/deadlines', { path, signal })
          return { ...answer, value: daysOf(answer.value) }
        }}
        save={(body) => call('POST /products/{product}/deadlines', { path, body: secondsOf(body) })}
      />
      {may('finding.read', product) && (
        <Rule
          id={`gate-${product}`}
          title={say('product.gate')}
          about={say('product.gateText')}
          fields={FORMS.GatePolicyChange}
          mayChange={may('gate.manage', product)}
          forgets="reason"
          ask={(signal) => call('GET /products/{product}/gate-policy', { path, signal })}
          save={(body, ifMatch) =>
            call('POST /products/{product}/gate-policy', {
              ...{ path, body: body as GatePolicyChange, ifMatch },
            })
          }
        />
      )}
    </div>
  )
}

interface RuleProps {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly fields: readonly FormField[]
  readonly mayChange: boolean
  readonly ask: (signal?: AbortSignal) => Promise<Answer<Value>>
  readonly save: (body: Value, ifMatch: string) => Promise<unknown>
  /** A field that is said anew with each change. */
  readonly forgets?: string
}

function Rule({ id, title, about, fields, mayChange, ask, save, forgets }: RuleProps) {
  const [isEditing, setEditing] = useState(false)
  const asked = useAsked(ask, [id], { events: ['product.*'] })
  const fresh = (value: Value) => (forgets === undefined ? value : { ...value, [forgets]: '' })
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p class="quiet">{about}</p>
      <Loaded asked={asked}>
        {({ value, etag }) =>
          isEditing ? (
            <EditForm
              id={id}
              fields={fields}
              value={fresh(value)}
              etag={etag}
              isAlone
              emptyLists
              save={save}
              reload={async () => {
                const now = await ask()
                return { value: fresh(now.value), etag: now.etag }
              }}
              onSaved={() => {
                setEditing(false)
                asked.again()
              }}
              onCancel={() => setEditing(false)}
            />
          ) : (
            <>
              <Written fields={fields} value={value} isWhole />
              {mayChange && (
                <div class="row">
                  <button type="button" onClick={() => setEditing(true)}>
                    {say('product.change')}
                  </button>
                </div>
              )}
            </>
          )
        }
      </Loaded>
    </section>
  )
}
