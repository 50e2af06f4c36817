/** What the server said: in words of the page, or in its own, which a screen reader has to know to be English. */
import { mistakeWords } from '../../words/mistakes.ts'

export interface ToldProps {
  /** Undefined: there are none for it. */
  readonly words: string | undefined
  readonly sentence: string
}

export function Told({ words, sentence }: ToldProps) {
  return words === undefined ? <span lang="en">{sentence}</span> : <span>{words}</span>
}

/** What is wrong with a field; where it is several things, the server joins them. */
export function Mistake({ text }: { readonly text: string }) {
  return (
    <>
      {text.split('; ').map((one, index) => (
        <span key={index}>
          {index > 0 && '; '}
          <Told words={mistakeWords(one)} sentence={one} />
        </span>
      ))}
    </>
  )
}
