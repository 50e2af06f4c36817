import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitWords } from './command-words.ts'

for (const [line, words] of [
  ['node service.js', ['node', 'service.js']],
  ['  node   a ', ['node', 'a']],
  ['node "my file.js" \'x y\'', ['node', 'my file.js', 'x y']],
  ['sh -c "echo $HOME; rm *"', ['sh', '-c', 'echo $HOME; rm *']],
  ['', []],
] as const) {
  test(`${JSON.stringify(line)} is ${words.length} words`, () => {
    assert.deepEqual(splitWords(line), words)
  })
}

for (const line of ['node "a', "it's", 'a"b"c']) {
  test(`${JSON.stringify(line)} is refused rather than guessed at`, () => {
    assert.throws(() => splitWords(line), { code: 'COMMAND_UNREADABLE' })
  })
}
