/** The advisory as the public will read it. Whatever was written stays text. */
import type { AdvisoryInFull } from '../../../api/operator-api.gen.ts'
import { say } from '../../../words/say.tsx'
import { type Content, type Hole, isWebAddress } from '../editor/content.ts'
import { ratingWords } from '../rating-words.ts'

export interface PagePreviewProps {
  readonly product: string
  readonly advisory: AdvisoryInFull
  readonly draft: Content
}

export function PagePreview({ product, advisory, draft }: PagePreviewProps) {
  const { title, summary, impact, action, vulnerabilities, credits, references } = draft
  const texts = [
    [say('advisories.summary'), summary],
    [say('advisories.action'), action],
    [say('advisories.impact'), impact],
  ] as const
  return (
    <article class="card advisory-page" aria-label={say('advisories.view-page')}>
      <h2>{title}</h2>
      <p class="quiet">
        {advisory.id} · {product} · {ratingWords(advisory.rating)}
      </p>
      {texts
        .filter(([, text]) => text !== '')
        .map(([name, text]) => (
          <section key={name} aria-label={name}>
            <h3>{name}</h3>
            <p class="written">{text}</p>
          </section>
        ))}
      {vulnerabilities.map((hole, at) => (
        <HoleOnPage key={at} hole={hole} />
      ))}
      {references.length > 0 && (
        <section aria-label={say('advisories.references')}>
          <h3>{say('advisories.references')}</h3>
          <ul>
            {references.map(({ summary: words, url }) => (
              <li key={url}>
                {isWebAddress(url) ? (
                  <a href={url} target="_blank" rel="noopener noreferrer">
                    {words}
                  </a>
                ) : (
                  `${words} ${url}`
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {credits.length > 0 && (
        <section aria-label={say('advisories.credits')}>
          <h3>{say('advisories.credits')}</h3>
          <ul>
            {credits.map(({ name, organization }) => (
              <li key={`${name} ${organization}`}>
                {[name, organization].filter(Boolean).join(', ')}
              </li>
            ))}
          </ul>
        </section>
      )}
    </article>
  )
}

function HoleOnPage({ hole }: { readonly hole: Hole }) {
  const { name, component, description, vector, weakness, aliases, affected, fixed } = hole
  const rows: readonly (readonly [string, string])[] = [
    [say('advisories.hole-affected'), affected.join(', ')],
    [
      say('advisories.hole-fixed'),
      fixed.length === 0 ? say('advisories.notFixed') : fixed.join(', '),
    ],
    [say('advisories.hole-component'), component],
    [say('advisories.hole-aliases'), aliases.join(', ')],
    [say('advisories.hole-weakness'), weakness],
    [say('advisories.hole-vector'), vector],
  ]
  return (
    <section aria-label={name}>
      <h3>{name}</h3>
      {hole.isExploited && <p>{say('advisories.hole-isExploited')}</p>}
      <p class="written">{description}</p>
      <dl class="facts">
        {rows
          .filter(([, value]) => value !== '')
          .map(([label, value]) => (
            <>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </>
          ))}
      </dl>
    </section>
  )
}
