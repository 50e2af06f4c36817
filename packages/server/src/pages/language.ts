import { wishesOf } from './wishes.ts'

/** The languages our pages and mails are written in. */
export const LANGUAGES = ['en', 'de', 'fr'] as const
export type Language = (typeof LANGUAGES)[number]

/** The best of ours by RFC 9110 §12.5.4; English for whoever asks for none of them. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wishes = wishesOf(acceptLanguage)
    .map(({ name, quality }) => ({ tag: name.split('-')[0] ?? '', quality }))
    .filter(({ tag, quality }) => quality > 0 && isLanguage(tag))
  const [best] = wishes
  return best !== undefined && isLanguage(best.tag) ? best.tag : 'en'
}

function isLanguage(tag: string): tag is Language {
  return LANGUAGES.some((language) => language === tag)
}
