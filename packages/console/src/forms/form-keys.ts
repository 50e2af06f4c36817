/** Under which keys a field and a choice are named in the files of words, the first that is there. Pure. */

/** `manufacturer/name` is said as `manufacturerName`, else as `name`. */
export function fieldKeys(path: string): readonly string[] {
  const names = path.split(/[/.]/).filter((name) => !/^\d+$/.test(name))
  return [camel(names), names.at(-1) ?? ''].filter((key) => key !== '')
}

/** A value may mean something else in one field than in others: `exclusion-none`. */
export function choiceKeys(path: string, value: string): readonly string[] {
  const last = path.split('/').at(-1) ?? ''
  return [`${last}-${value}`, value]
}

function camel(names: readonly string[]): string {
  return names
    .map((name, index) => (index === 0 ? name : name.charAt(0).toUpperCase() + name.slice(1)))
    .join('')
}
