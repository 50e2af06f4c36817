/** One matter: its sentence, since when and until when, and the way to where it is ended. */
import { Tag, type Tone } from '../../pieces/tag.tsx'
import { Time } from '../../pieces/time.tsx'
import { say } from '../../words/say.tsx'
import { MatterCurve } from './matter-curve.tsx'
import { addressOf, type Matter } from './matter-links.ts'
import { matterWords } from './matter-words.tsx'

const TONES: Readonly<Record<Matter['severity'], Tone>> = {
  ...{ urgent: 'bad', soon: 'waits', note: 'quiet' },
}

export function MatterCard({ matter }: { readonly matter: Matter }) {
  const { kind, severity, product, since, by } = matter
  const finding = matter.kind === 'exploitedExposure' ? matter.subject.findings[0] : undefined
  return (
    <article class={`card matter ${severity}`}>
      <p class="row">
        <Tag tone={TONES[severity]}>{say(`now.name-${kind}`)}</Tag>
        {product !== null && <span class="quiet">{product}</span>}
      </p>
      <p>{matterWords(matter)}</p>
      {matter.kind === 'exploitedExposure' && product !== null && finding !== undefined && (
        <MatterCurve product={product} finding={finding} />
      )}
      <p class="row quiet">
        <span>
          {say('now.since')} <Time at={since} isExact />
        </span>
        {by !== null && (
          <span>
            {say('now.by')} <Time at={by} isExact /> (<Time at={by} />)
          </span>
        )}
        <a class="button" href={addressOf(matter)}>
          {say(`now.act-${kind}`)}
        </a>
      </p>
    </article>
  )
}
