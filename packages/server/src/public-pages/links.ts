/** Links between what the public finds here; {@link Say} knows where the page lies and in which language it goes on. */
import type { Language } from '../pages/language.ts'
import type { Say } from './say.ts'
import { fileOf, fileOfPage, relativeLink } from './site-place.ts'

/** To a page of ours, in the language that was chosen. */
export function linkTo(say: Say, path: string, language: Language = say.language): string {
  if (say.place !== 'server') return relativeLink(here(say), fileOfPage(path, language))
  if (!say.isChosen && language === say.language) return path
  return `${path}${path.includes('?') ? '&' : '?'}lang=${language}`
}

/** To what is no page, and in no language. */
export function linkToFile(say: Say, path: string): string {
  return say.place === 'server' ? path : relativeLink(here(say), fileOf(path))
}

function here({ path, language }: Say): string {
  return fileOfPage(path, language)
}
