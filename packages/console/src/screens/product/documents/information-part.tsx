/** The information for users of Annex II: as it would be published, what is missing in it, and publishing it. */
import { useState } from 'preact/hooks'
import { to } from '../../../addresses.ts'
import { type Answer, call } from '../../../api/call.ts'
import type { InformationPublication, ProductInformation } from '../../../api/operator-api.gen.ts'
import { EditForm } from '../../../forms/edit-form.tsx'
import { FORMS } from '../../../forms/forms.gen.ts'
import { fieldName } from '../../../forms/names.ts'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { Told } from '../../../pieces/told/told.tsx'
import { say } from '../../../words/say.tsx'
import { toldWords } from '../../../words/told.ts'
import { itemWords } from '../gaps/gap-words.ts'

export function InformationPart({ product }: { readonly product: string }) {
  const path = { product }
  const asked = useAsked(
    (signal) => call('GET /products/{product}/information', { path, signal }),
    [product],
  )
  return (
    <Loaded asked={asked}>
      {(answer) => (
        <>
          <Standing product={product} answer={answer} again={asked.again} />
          <Preview of={answer.value} />
        </>
      )}
    </Loaded>
  )
}

interface StandingProps {
  readonly product: string
  readonly answer: Answer<ProductInformation>
  readonly again: () => void
}

function Standing({ product, answer: { value: it, etag }, again }: StandingProps) {
  const [isPublishing, setPublishing] = useState(false)
  const path = { product }
  const isOlder = it.isPublic && it.publishedFacts !== it.newestFacts
  return (
    <section class="card" aria-labelledby="standing">
      <h2 id="standing">{say('product.part_information')}</h2>
      <p>
        <Tag tone={it.isPublic ? 'good' : 'quiet'}>
          {say(it.isPublic ? 'product.isPublic' : 'product.isNotPublic')}
        </Tag>{' '}
        {it.isPublic && <a href={safeAddress(it.address)}>{it.address}</a>}{' '}
        {it.changedAt !== undefined && <Time at={it.changedAt} isExact />}
      </p>
      {isOlder && <p>{say('product.olderFacts')}</p>}
      {!it.isWhole && (
        <>
          <p>{say('product.informationOpen')}</p>
          <ul class="gap-list">
            {it.missing.map(({ number, title, missing }) => (
              <li key={number}>
                {number} <Told words={itemWords('annex-2', number)} sentence={title} />:{' '}
                {missing.map((fact) => (
                  <a
                    key={fact}
                    class="gap"
                    href={to.product(product, 'facts', { edit: 'yes', fact })}
                  >
                    {fieldName(fact)}
                  </a>
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
      {may('product.manage', product) &&
        (isPublishing ? (
          <EditForm
            id={`information-${product}`}
            fields={FORMS.InformationPublication}
            value={{ isPublic: it.isPublic, language: it.language }}
            etag={etag}
            isAlone
            save={(body, ifMatch) =>
              call('POST /products/{product}/information', {
                ...{ path, body: body as InformationPublication, ifMatch },
              })
            }
            reload={async () => {
              const now = await call('GET /products/{product}/information', { path })
              return { value: { ...now.value }, etag: now.etag }
            }}
            onSaved={() => {
              setPublishing(false)
              again()
            }}
            onCancel={() => setPublishing(false)}
          />
        ) : (
          <div class="row">
            <button type="button" class="first" onClick={() => setPublishing(true)}>
              {say('product.publish')}
            </button>
          </div>
        ))}
    </section>
  )
}

/** Made by the server of its own address, and looked at all the same. */
function safeAddress(address: string): string | undefined {
  return /^https?:\/\//.test(address) || address.startsWith('/') ? address : undefined
}

function Preview({ of }: { readonly of: ProductInformation }) {
  return (
    <section class="card" aria-labelledby="preview">
      <h2 id="preview">{say('product.preview')}</h2>
      {of.items.map(({ number, title, parts, because }) => (
        <section key={number} class="stack tight">
          <h3>
            {number} <Told words={itemWords('annex-2', number)} sentence={title ?? ''} />
          </h3>
          {because !== undefined && (
            <p class="quiet">{say('product.withoutBecause', { reason: because })}</p>
          )}
          <dl class="facts">
            {parts.map(({ id, label, text }) => (
              <>
                <dt key={id}>
                  <Told words={toldWords('informationLabels', id)} sentence={label} />
                </dt>
                <dd class="written">{typeof text === 'string' ? text : text.join('\n')}</dd>
              </>
            ))}
          </dl>
        </section>
      ))}
    </section>
  )
}
