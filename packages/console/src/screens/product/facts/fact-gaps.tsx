/** What the facts lack, by the annex that asks for it; each is a way into its field. */
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { ProductGaps } from '../../../api/operator-api.gen.ts'
import { fieldName } from '../../../forms/names.ts'
import { useAsked } from '../../../live/asked.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Told } from '../../../pieces/told/told.tsx'
import { say } from '../../../words/say.tsx'
import { itemWords, knownWords } from '../gaps/gap-words.ts'

export interface FactGapsProps {
  readonly product: string
  /** Of the facts: another one is asked for anew. */
  readonly version: number | undefined
  readonly mayWrite: boolean
}

export function FactGaps({ product, version, mayWrite }: FactGapsProps) {
  const asked = useAsked(
    async (signal) =>
      (await call('GET /products/{product}/facts/gaps', { path: { product }, signal })).value,
    [product, version],
    { events: ['release.*', 'product.*'] },
  )
  const link = (fact: string) => <Missing key={fact} {...{ product, fact, mayWrite }} />
  return (
    <section class="card" aria-labelledby="gaps">
      <h2 id="gaps">{say('product.factGaps')}</h2>
      <Loaded asked={asked}>
        {(gaps) => (
          <>
            <p>
              <Tag tone={gaps.isComplete ? 'good' : 'waits'}>
                {say(gaps.isComplete ? 'product.whole' : 'product.hasGaps')}
              </Tag>{' '}
              {say(`product.scope_${gaps.scope}`)}
            </p>
            {gaps.undecided.length > 0 && (
              <p>
                {say('product.undecided')}: {gaps.undecided.map(link)}
              </p>
            )}
            {gaps.mismatches.map(({ fact, written, signed }) => (
              <p key={fact}>
                <Tag tone="bad">{say('product.mismatch')}</Tag>{' '}
                {say('product.mismatchText', { fact: fieldName(fact), written, signed })}
              </p>
            ))}
            <div class="cards">
              {gaps.sheets.map((sheet) => (
                <Sheet key={sheet.sheet} of={sheet} link={link} />
              ))}
            </div>
          </>
        )}
      </Loaded>
    </section>
  )
}

interface SheetProps {
  readonly of: ProductGaps['sheets'][number]
  readonly link: (fact: string) => preact.JSX.Element
}

function Sheet({ of: { sheet, items }, link }: SheetProps) {
  const empty = items.filter(({ state }) => state === 'empty')
  return (
    <section class="stack tight">
      <h3>{say(`product.sheet_${sheet}`)}</h3>
      {empty.length === 0 ? (
        <p class="quiet">{say('product.nothingMissing')}</p>
      ) : (
        <ul class="gap-list">
          {empty.map(({ number, title, missing }) => (
            <li key={number}>
              {number} <Told words={itemWords(sheet, number)} sentence={title} />:{' '}
              {missing.map(link)}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** What is no path is in words already, and is filled elsewhere. */
function Missing({
  product,
  fact,
  mayWrite,
}: {
  product: string
  fact: string
  mayWrite: boolean
}) {
  const isFact = /^[\w.]+$/.test(fact)
  if (!isFact) {
    return (
      <span class="gap">
        <Told words={knownWords(fact)} sentence={fact} />{' '}
      </span>
    )
  }
  if (!mayWrite) return <span class="gap">{fieldName(fact)} </span>
  return (
    <a class="gap" href={to.product(product, 'facts', { edit: 'yes', fact })}>
      {fieldName(fact)}
    </a>
  )
}
