/** What the CSAF validator says, each with how grave it is in a word, its test, and where. Its own words are English. */
import { Tag, type Tone } from '../../../pieces/tag.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { type CsafMessage, testOf } from './validation.ts'

const TONES: Readonly<Record<CsafMessage['severity'], Tone>> = {
  ...{ error: 'bad', warning: 'waits', info: 'busy' },
}

export interface RemarkListProps {
  readonly messages: readonly CsafMessage[]
  /** Of the place in the document; without, none is shown. */
  readonly linkOf?: (pointer: string) => string
}

export function RemarkList({ messages, linkOf }: RemarkListProps) {
  return (
    <ul class="remarks">
      {messages.map((message, at) => (
        <li key={at}>
          <Tag tone={TONES[message.severity]}>{say(`advisories.csaf-${message.severity}`)}</Tag>{' '}
          <span lang="en">{message.text}</span> <span class="quiet">({testWords(message)})</span>
          {linkOf !== undefined && (
            <>
              {' '}
              <a href={linkOf(message.pointer)}>{placeWords(message)}</a>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}

/** `mandatory test 6.1.9`. */
export function testWords({ test }: Pick<CsafMessage, 'test'>): string {
  const { kind, number } = testOf(test)
  return sayIfKnown('advisories', `test-${kind}`, { number }) ?? test
}

function placeWords({ pointer }: CsafMessage): string {
  return pointer === ''
    ? say('advisories.csafWhole')
    : say('advisories.csafPlace', { place: pointer })
}
