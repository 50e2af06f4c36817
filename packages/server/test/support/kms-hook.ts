/** A KMS command as an operator writes one around the tool of a service: here openssl, with a key of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

const HOOK = `#!/bin/sh
set -eu
read -r question
field() { printf '%s' "$question" | sed -n "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/p"; }
tool() { openssl enc -aes-256-cbc -pbkdf2 -iter 1000 -pass "file:$1" -a -A "$2"; }
case "$(field operation)" in
  wrap) printf '{"ciphertext":"%s"}' "$(field plaintext | tool "$1" -e)" ;;
  unwrap) printf '{"plaintext":"%s"}' "$(field ciphertext | { cat; echo; } | tool "$1" -d)" ;;
esac
`

/** The path of an executable script with this text. */
export async function script(t: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-kms-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'hook')
  await writeFile(path, text, { mode: 0o700 })
  return path
}

/** Program and words, as the settings name them. */
export async function kmsHook(t: TestContext): Promise<[program: string, keyFile: string]> {
  const path = await script(t, HOOK)
  await writeFile(`${path}.key`, 'the key that never leaves the service', { mode: 0o600 })
  return [path, `${path}.key`]
}
