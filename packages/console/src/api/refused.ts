/** What can come of a request besides its answer. */
import type { Problem } from './operator-api.gen.ts'

/** The server answered, and said no: problem details (RFC 9457). */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  readonly facts: Readonly<Record<string, string | number | boolean>>
  readonly reasons: NonNullable<Problem['reasons']>
  /** What of the request stood in its path. */
  readonly #inPath: readonly string[]

  constructor(status: number, problem: Partial<Problem>, inPath: readonly string[] = []) {
    super(problem.title ?? `The server answered ${status}`)
    this.name = 'Refused'
    this.status = status
    this.code = problem.code ?? `HTTP_${status}`
    this.facts = problem.facts ?? {}
    this.reasons = problem.reasons ?? []
    this.#inPath = inPath
  }

  /** Nothing has that name, or nothing could have: a link that is old, or was mistyped. */
  get isNotThere(): boolean {
    if (this.status === 404) return true
    const { fields } = this
    return fields.size > 0 && [...fields.keys()].every((field) => this.#inPath.includes(field))
  }

  /** The resource is another one than was looked at: somebody else changed it meanwhile. */
  get isConflict(): boolean {
    return this.status === 412 || this.code === 'CHANGED_MEANWHILE'
  }

  /**
   * What was wrong with which field, where the request was refused by its schema: the server names each as
   * `path.to.field: what is wrong`, joined by `; `.
   */
  get fields(): ReadonlyMap<string, string> {
    if (this.code !== 'REQUEST_INVALID') return new Map()
    return new Map(
      this.message.split('; ').map((mistake) => {
        const end = mistake.indexOf(': ')
        return end < 0 ? ['', mistake] : [mistake.slice(0, end), mistake.slice(end + 2)]
      }),
    )
  }
}

/** Nobody answered: the server is away, or the network is. */
export class Away extends Error {
  constructor(cause: unknown) {
    super('The server does not answer', { cause })
    this.name = 'Away'
  }
}
