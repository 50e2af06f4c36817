/** What a record lacks, each in a word. */
import { Tag } from '../../../pieces/tag.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'

export function GapTags({ gaps }: { readonly gaps: readonly string[] }) {
  if (gaps.length === 0) return <Tag tone="good">{say('product.whole')}</Tag>
  return (
    <span class="row">
      {gaps.map((gap) => (
        <Tag key={gap} tone="waits">
          {sayIfKnown('product', `gap_${gap}`) ?? gap}
        </Tag>
      ))}
    </span>
  )
}
