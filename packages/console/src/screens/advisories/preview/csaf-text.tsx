/** The document's lines, with those marked that the validator says something of, and the place that was asked for. */
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { Scrolling } from '../../../pieces/screen/scrolling.tsx'
import { say } from '../../../words/say.tsx'
import { testWords } from '../validation/remark-list.tsx'
import type { CsafMessage } from '../validation/validation.ts'
import { csafLines } from './csaf-lines.ts'

export interface CsafTextProps {
  readonly document: unknown
  readonly messages: readonly CsafMessage[]
  /** JSON pointer. */
  readonly at: string | undefined
}

export function CsafText({ document, messages, at }: CsafTextProps) {
  const { lines, spanOf } = useMemo(() => csafLines(document), [document])
  const place = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    place.current?.scrollIntoView({ block: 'center' })
    place.current?.focus({ preventScroll: true })
  }, [document, at])
  // Of what has parts, the line that it begins with.
  const byLine = Map.groupBy(messages, ({ pointer }) => spanOf(pointer)[0])
  const shown = (from: number, until: number) =>
    lines.slice(from, until).map((line, offset) => {
      const said = byLine.get(from + offset)
      if (said === undefined) return `${line}\n`
      return [<MarkedLine key={from + offset} line={line} said={said} />, '\n']
    })
  if (at === undefined) {
    return (
      <Scrolling as="pre" class="csaf">
        <code>{shown(0, lines.length)}</code>
      </Scrolling>
    )
  }
  const [first, last] = spanOf(at)
  return (
    <Scrolling as="pre" class="csaf">
      <code>
        {shown(0, first)}
        <mark class="csaf-place" tabIndex={-1} ref={place}>
          {shown(first, last + 1)}
        </mark>
        {shown(last + 1, lines.length)}
      </code>
    </Scrolling>
  )
}

/** What is said stands beside the line by style, so that nobody copies it as a part of the document. */
function MarkedLine({
  line,
  said,
}: {
  readonly line: string
  readonly said: readonly CsafMessage[]
}) {
  const words = said.map((one) => `${say(`advisories.csaf-${one.severity}`)}: ${testWords(one)}`)
  return (
    <mark class={`csaf-line ${said[0]?.severity}`} data-said={[...new Set(words)].join('; ')}>
      {line}
    </mark>
  )
}
