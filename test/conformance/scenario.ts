/**
 * One test of the public TUF conformance suite (theupdateframework/tuf-conformance), retold: a
 * repository that the test publishes, and the real executable against it, one process per command.
 * Each test's name ends with the suite's own name for it.
 */
import { test } from 'node:test'
import { RepositoryServer } from '../support/repository-server.ts'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { TufClientProcess } from '../support/tuf-client-process.ts'

/** Two processes at a time: as many as the smallest machine that runs these tests has cores. */
export const CONCURRENCY = { concurrency: 2 }

export const OK = 0
export const FAILED = 1

export interface Scenario {
  readonly repository: RepositorySimulator
  readonly client: TufClientProcess
}

export function scenario(
  name: string,
  run: (scenario: Scenario) => Promise<void>,
  options: { skip?: string | false } = {},
): void {
  void test(name, { skip: options.skip ?? false }, async () => {
    const repository = new RepositorySimulator()
    await using server = await RepositoryServer.start(repository)
    using client = new TufClientProcess(server)
    await run({ repository, client })
  })
}
