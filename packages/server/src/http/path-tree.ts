/**
 * Paths with `{names}`, found by the address that somebody asks for. Words before names: `/tokens/own` is not the
 * token `own`. Compared as they came, percent-encoding and all; one slash at the end does not count.
 */
interface Branch<Value> {
  readonly words: Map<string, Branch<Value>>
  name: Branch<Value> | undefined
  value: Value | undefined
}

export class PathTree<Value> {
  readonly #root: Branch<Value> = empty()

  /** Throws when the path is there already, whatever its names are called. */
  add(path: string, value: Value): void {
    let branch = this.#root
    for (const segment of segmentsOf(path)) branch = below(branch, segment)
    if (branch.value !== undefined) throw new Error(`${path} is there twice`)
    branch.value = value
  }

  find(path: string): Value | undefined {
    return path.startsWith('/') ? search(this.#root, segmentsOf(path), 0) : undefined
  }
}

function empty<Value>(): Branch<Value> {
  return { words: new Map(), name: undefined, value: undefined }
}

function below<Value>(branch: Branch<Value>, segment: string): Branch<Value> {
  if (segment.startsWith('{')) {
    branch.name ??= empty()
    return branch.name
  }
  const word = branch.words.get(segment) ?? empty<Value>()
  branch.words.set(segment, word)
  return word
}

function search<Value>(
  branch: Branch<Value>,
  segments: readonly string[],
  at: number,
): Value | undefined {
  const segment = segments[at]
  if (segment === undefined) return branch.value
  const word = branch.words.get(segment)
  const found = word === undefined ? undefined : search(word, segments, at + 1)
  if (found !== undefined || branch.name === undefined || segment === '') return found
  return search(branch.name, segments, at + 1)
}

function segmentsOf(path: string): string[] {
  const segments = path.split('/')
  segments.shift()
  if (segments.at(-1) === '') segments.pop()
  return segments
}
