/**
 * A declaration for readers of another language (Art. 28(2)): its own sentences in theirs, what the manufacturer wrote as
 * he wrote it. Made of the text itself, so that a signed one is never shown with newer facts. It declares nothing: what
 * was signed decides, and stands beside it. Pure.
 */
import type { ProductFacts } from '../product-facts/facts-schema.ts'
import type { DeclarationItem, DeclarationText } from './declaration.ts'
import {
  DECLARATION_LANGUAGES,
  type DeclarationLanguage,
  TRANSLATED,
  type TranslatedLanguage,
} from './declaration-languages.ts'
import { partIn, SENTENCES_OF } from './declaration-sentences.ts'

export function isTranslated(language: string): language is TranslatedLanguage {
  return TRANSLATED.some((one) => one === language)
}

export function translatedItems(
  { items }: DeclarationText,
  language: TranslatedLanguage,
): readonly DeclarationItem[] {
  const words = DECLARATION_LANGUAGES[language]
  return items.map(({ number, title, lines }) => ({
    number,
    title: words.items[number as keyof typeof words.items] ?? title,
    lines: lines.map((line) => translatedLine(number, line, words)),
  }))
}

/** Annex VI, which nobody signs. */
export function simplifiedIn(
  language: TranslatedLanguage,
  { manufacturer, identification, name, declaration }: ProductFacts,
): string {
  const type = [name, identification?.model].filter((one) => one !== undefined).join(', ')
  const parts = { by: manufacturer?.name, type, url: declaration?.url }
  return DECLARATION_LANGUAGES[language].simplified.replaceAll(
    /\{(\w+)\}/g,
    (_, part: string) => parts[part as keyof typeof parts] || '…',
  )
}

function translatedLine(number: string, line: string, words: DeclarationLanguage): string {
  for (const sentence of SENTENCES_OF[number] ?? []) {
    const part = partIn(line, sentence)
    if (part === undefined) continue
    const of =
      sentence === 'conforms'
        ? actWords(part, words)
        : sentence === 'procedure' && part === 'certification'
          ? words.certification
          : part
    return words.sentences[sentence].replace('{of}', () => of)
  }
  return line
}

/** `Regulation (EC) No 765/2008`, `Directive 2014/53/EU`: what is no such name of an act stays as it was written. */
function actWords(act: string, { acts }: DeclarationLanguage): string {
  const isAct = /^(Regulation|Directive) (\((EU|EC)\) )?(No )?\d[\d/]*(\/(EU|EC))?$/.test(act)
  return isAct ? act.replaceAll(/Regulation|Directive|No|EC/g, (word) => acts[word] ?? word) : act
}
