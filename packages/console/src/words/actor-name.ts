/** Who did it: people and services by their names, what has no account in the language of the page. */
import { toldWords } from './told.ts'

export function actorName({ id, name }: { readonly id: string; readonly name: string }): string {
  return toldWords('actors', id) ?? name
}
