/**
 * Passwords as they are stored: Argon2id (RFC 9106) in the PHC string format
 * (https://github.com/P-H-C/phc-string-format), so that each carries the parameters it was made with.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { NarrowDoor } from '../narrow-door.ts'

export interface HashParameters {
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
}

/** RFC 9106 §4, second recommended option: 64 MiB; about 0.14 s of one core. */
export const HASH_PARAMETERS: HashParameters = { memoryKib: 65_536, passes: 3, lanes: 4 }

const SALT_BYTES = 16
const TAG_BYTES = 32
const PHC = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=(\d{1,3})\$([\w+/-]+)\$([\w+/-]+)$/

const derive = promisify(argon2)

export class PasswordHashes {
  readonly #door: NarrowDoor
  readonly #parameters: HashParameters
  /** Of no account: looked at where there is none, so that the answer takes as long. */
  readonly #nobody: Promise<string>

  /** The door bounds how many are computed at once: each takes memory and a core. */
  constructor(door: NarrowDoor, parameters: HashParameters = HASH_PARAMETERS) {
    this.#door = door
    this.#parameters = parameters
    this.#nobody = this.make(randomBytes(SALT_BYTES).toString('base64url'))
    // Asked for below; until then its failure is nobody's.
    this.#nobody.catch(() => {})
  }

  async make(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES)
    const tag = await this.#tag(password, salt, this.#parameters)
    return write(this.#parameters, salt, tag)
  }

  /**
   * Whether it is the password; false for an account that has none, after the same work. `outdated` when
   * what is stored should be made anew with today's parameters.
   */
  async check(
    password: string,
    stored: string | undefined,
  ): Promise<{ readonly isRight: boolean; readonly outdated: boolean }> {
    const { parameters, salt, tag } = read(stored ?? (await this.#nobody))
    const offered = await this.#tag(password, salt, parameters)
    const isEqual = offered.length === tag.length && timingSafeEqual(offered, tag)
    const isRight = isEqual && stored !== undefined
    return { isRight, outdated: isRight && !isSame(parameters, this.#parameters) }
  }

  #tag(password: string, salt: Uint8Array, parameters: HashParameters): Promise<Buffer> {
    return this.#door.through(() =>
      derive('argon2id', {
        // Keyboards write one letter in several ways (NIST SP 800-63B-4 §3.1.1.2).
        message: Buffer.from(password.normalize('NFC')),
        nonce: salt,
        ...{ memory: parameters.memoryKib, passes: parameters.passes },
        ...{ parallelism: parameters.lanes, tagLength: TAG_BYTES },
      }),
    )
  }
}

function write({ memoryKib, passes, lanes }: HashParameters, salt: Buffer, tag: Buffer): string {
  const inPhc = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${inPhc(salt)}$${inPhc(tag)}`
}

function read(phc: string): { parameters: HashParameters; salt: Buffer; tag: Buffer } {
  const [, memoryKib, passes, lanes, salt = '', tag = ''] = PHC.exec(phc) ?? []
  if (memoryKib === undefined) throw new Error('a stored password is no Argon2id PHC string')
  return {
    parameters: { memoryKib: Number(memoryKib), passes: Number(passes), lanes: Number(lanes) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

function isSame(one: HashParameters, other: HashParameters): boolean {
  return (
    one.memoryKib === other.memoryKib && one.passes === other.passes && one.lanes === other.lanes
  )
}
