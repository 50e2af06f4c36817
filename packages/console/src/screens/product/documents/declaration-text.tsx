/** The text of a declaration of conformity, and its translation for who reads another language than it is signed in. */
import type { Declaration } from '../../../api/operator-api.gen.ts'
import { say } from '../../../words/say.tsx'

interface DeclarationTextProps {
  readonly items: Declaration['draft']['text']['items']
  readonly simplified: string
  readonly lang: string
}

export function DeclarationText({ items, simplified, lang }: DeclarationTextProps) {
  return (
    <>
      {items.map(({ number, title, lines }) => (
        <section key={number} class="stack tight" lang={lang}>
          <h3>
            {number} {title}
          </h3>
          {lines.map((line) => (
            <p key={line} class="written">
              {line}
            </p>
          ))}
        </section>
      ))}
      <h3>{say('product.simplified')}</h3>
      <p class="written" lang={lang}>
        {simplified}
      </p>
    </>
  )
}

interface DraftTranslationProps {
  /** Undefined: the server has none in the language of the page. */
  readonly of: Declaration['translations'][number] | undefined
}

export function DraftTranslation({ of }: DraftTranslationProps) {
  if (of === undefined) return null
  const { language, text, simplified } = of
  return (
    <section class="card" aria-labelledby="translation">
      <h2 id="translation">{say('product.translation')}</h2>
      <p>{say('product.translationText')}</p>
      <DeclarationText items={text.items} simplified={simplified} lang={language} />
    </section>
  )
}
