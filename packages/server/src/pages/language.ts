/** The languages our pages and mails are written in. */
export const LANGUAGES = ['en', 'de', 'fr'] as const
export type Language = (typeof LANGUAGES)[number]

/** The best of ours by RFC 9110 §12.5.4; English for whoever asks for none of them. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wishes = (acceptLanguage ?? '')
    .slice(0, 400)
    .split(',')
    .map((wish) => {
      const [tag = '', ...parameters] = wish.trim().toLowerCase().split(';')
      const quality = parameters.map((each) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(each)?.[1])
      return { tag: tag.trim().split('-')[0] ?? '', quality: Number(quality[0] ?? 1) }
    })
    .filter(({ tag, quality }) => quality > 0 && isLanguage(tag))
    .toSorted((one, other) => other.quality - one.quality)
  const [best] = wishes
  return best !== undefined && isLanguage(best.tag) ? best.tag : 'en'
}

function isLanguage(tag: string): tag is Language {
  return LANGUAGES.some((language) => language === tag)
}
