/** The declaration of conformity: the draft that a person reads, what is missing in it, and who signed what. */
import { call } from '../../../api/call.ts'
import type { Declaration } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { usePages } from '../../../live/pages.ts'
import { Command } from '../../../pieces/command.tsx'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Tag, type Tone } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { pageLanguage } from '../../../words/language.ts'
import { say } from '../../../words/say.tsx'
import { dayText } from '../../../words/time.ts'
import { DossierGaps } from '../gaps/dossier-gaps.tsx'
import { DeclarationText, DraftTranslation } from './declaration-text.tsx'

const TONES: Readonly<Record<Declaration['state'], Tone>> = {
  ...{ draft: 'waits', signed: 'good', outdated: 'bad', 'not-due': 'quiet' },
}
const PAGE_COUNT = 20
const EVENTS = { events: ['declaration.*'] }

export function DeclarationPart({ product }: { readonly product: string }) {
  const path = { product }
  const asked = useAsked(
    async (signal) => (await call('GET /products/{product}/declaration', { path, signal })).value,
    [product],
    EVENTS,
  )
  return (
    <>
      <Loaded asked={asked}>
        {({ state, draft, missing, simplified, translations }) => (
          <>
            <section class="card" aria-labelledby="declaration">
              <h2 id="declaration">{say('product.part_declaration')}</h2>
              <p>
                <Tag tone={TONES[state]}>{say(`product.declaration_${state}`)}</Tag>
              </p>
              {missing.length > 0 && <DossierGaps {...{ product, gaps: missing }} />}
              {state !== 'not-due' && state !== 'signed' && (
                <>
                  <p>{say('product.signText')}</p>
                  {missing.length > 0 && <p>{say('product.signLater')}</p>}
                  <Command
                    text={
                      missing.length > 0
                        ? `fleetward dossier sign-declaration ${product}`
                        : signCommand(product, draft.sha256)
                    }
                  />
                </>
              )}
            </section>
            <DraftTranslation
              of={translations.find(({ language }) => language === pageLanguage())}
            />
            <section class="card" aria-labelledby="draft">
              <h2 id="draft">{say('product.draft')}</h2>
              <p class="quiet">
                SHA-256 <code>{draft.sha256}</code>
              </p>
              <DeclarationText items={draft.text.items} simplified={simplified} lang="en" />
            </section>
          </>
        )}
      </Loaded>
      <Signatures product={product} />
    </>
  )
}

/** Who signs says who he is, and repeats the digest of what he read. */
const signCommand = (product: string, sha256: string) =>
  `fleetward dossier sign-declaration ${product} --name '…' --function '…' --place '…' --date ${new Date().toISOString().slice(0, 10)} --read ${sha256}`

function Signatures({ product }: { readonly product: string }) {
  const asked = usePages(
    (after, signal) =>
      call('GET /products/{product}/declaration/signatures', {
        path: { product },
        query: { limit: PAGE_COUNT, ...(after === undefined ? {} : { after: Number(after) }) },
        signal,
      }),
    [product],
    EVENTS,
  )
  const all = asked.value ?? []
  return (
    <section class="card" aria-labelledby="signatures">
      <h2 id="signatures">{say('product.signatures')}</h2>
      {asked.value !== undefined && all.length === 0 && <p>{say('product.noSignatures')}</p>}
      <ul class="plain-list stack">
        {all.map(({ number, at, byName, signer, textSha256, document }) => (
          <li key={number}>
            <strong>{String(signer.name)}</strong>, {String(signer.function)} ·{' '}
            {String(signer.place)}, {dayText(signer.date)}
            <br />
            <span class="quiet">
              <Time at={at} isExact /> · {byName} · <code>{textSha256}</code>
              {document !== undefined && (
                <>
                  {' · '}
                  {say('product.document')} <code>{document.sha256}</code>
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
