/** `fleetward accounts …`: who may do what on the server. */
import { type Command, Option } from 'commander'
import { repeated, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

interface Account {
  readonly id: string
  readonly kind: 'person' | 'service'
  readonly name: string
  readonly login?: string
  readonly owner?: string
  readonly disabledAt?: number
  readonly grants?: readonly { readonly id: string }[]
  readonly wayIn?: WayIn
}

interface WayIn {
  readonly url: string
  readonly expiresAt: number
}

interface NewOptions extends ServerOptions {
  readonly grant?: readonly string[]
}

const WITH_TOKEN = '--token-file token'
const ACCOUNT = 'acc-4f0c2a91d37be865'

export function addAccounts(program: Command, surroundings: Surroundings): void {
  const accounts = withExamples(
    program.command('accounts').description('people and services, and what they may do'),
    `accounts list ${WITH_TOKEN}`,
    `accounts add Anna --login anna@example.com --grant operator@lumen-gateway-g1 ${WITH_TOKEN}`,
  )
  addReading(accounts, surroundings)
  addAdding(accounts, surroundings)
  addChanging(accounts, surroundings)
  addGrants(accounts, surroundings)
}

function addReading(accounts: Command, { terminal, finish }: Surroundings): void {
  const list = withServer(
    accounts
      .command('list')
      .description('all accounts that the token may see')
      .addOption(new Option('--kind <kind>', 'only these').choices(['person', 'service'])),
  ).action(async (options: ServerOptions & { kind?: string }) => {
    const client = await openServer(options, terminal)
    const query = new URLSearchParams({ limit: '500' })
    if (options.kind !== undefined) query.set('kind', options.kind)
    const all = (await client.all(`/accounts?${query}`)) as Account[]
    finish({
      json: { accounts: all },
      lines: all.length === 0 ? ['There is no account yet.'] : all.map(lineOf),
    })
  })
  withExamples(list, `accounts list --kind service ${WITH_TOKEN}`)

  const show = withServer(
    accounts.command('show').argument('<account>').description('one account with its roles'),
  ).action(async (id: string, options: ServerOptions) => {
    const client = await openServer(options, terminal)
    finish(outcomeOf((await client.get(`/accounts/${encodeURIComponent(id)}`)) as Account))
  })
  withExamples(show, `accounts show ${ACCOUNT} ${WITH_TOKEN}`)

  const whoami = withServer(
    accounts.command('whoami').description('whose token this is, and what it may do'),
  ).action(async (options: ServerOptions) => {
    const client = await openServer(options, terminal)
    const me = (await client.get('/me')) as {
      id: string
      name: string
      rights: Record<string, string[]>
    }
    finish({
      json: me,
      lines: [
        `${me.name} (${me.id})`,
        ...Object.entries(me.rights).map(([product, may]) => `${product}: ${may.join(', ')}`),
      ],
    })
  })
  withExamples(whoami, `accounts whoami ${WITH_TOKEN}`)
}

function addAdding(accounts: Command, { terminal, finish }: Surroundings): void {
  const grantOption = () =>
    new Option('--grant <role@product>', 'a role, may be repeated; `*` is all products').argParser(
      repeated,
    )

  const add = withServer(
    accounts
      .command('add')
      .argument('<name>')
      .description('a person, who gets a one-time link to make a way to sign in')
      .requiredOption('--login <login>', 'what the person types to sign in')
      .addOption(grantOption())
      .option('--break-glass', 'for the day when nothing else opens: its use alarms everybody'),
  ).action(async (name: string, options: NewOptions & { login: string; breakGlass?: boolean }) => {
    const client = await openServer(options, terminal)
    const { login, breakGlass = false } = options
    const wanted = { kind: 'person', name, login, breakGlass, grants: grantsIn(options.grant) }
    finish(outcomeOf((await client.post('/accounts', wanted)) as Account))
  })
  withExamples(
    add,
    `accounts add Anna --login anna@example.com --grant operator@lumen-gateway-g1 ${WITH_TOKEN}`,
  )

  const addService = withServer(
    accounts
      .command('add-service')
      .argument('<name>')
      .description('a program; never more than the person who answers for it')
      .requiredOption('--owner <account>', 'the person who answers for it')
      .addOption(grantOption()),
  ).action(async (name: string, options: NewOptions & { owner: string }) => {
    const client = await openServer(options, terminal)
    const wanted = { kind: 'service', name, owner: options.owner, grants: grantsIn(options.grant) }
    finish(outcomeOf((await client.post('/accounts', wanted)) as Account))
  })
  withExamples(
    addService,
    `accounts add-service CI --owner ${ACCOUNT} --grant releaseManager@lumen-gateway-g1 ${WITH_TOKEN}`,
  )
}

function addChanging(accounts: Command, { terminal, finish }: Surroundings): void {
  const change = withServer(
    accounts
      .command('change')
      .argument('<account>')
      .description('another name, login, or person who answers')
      .option('--name <name>', 'for people to read')
      .option('--login <login>', 'what the person types to sign in')
      .option('--owner <account>', 'who answers for a service from now on; its tokens are removed'),
  ).action(
    async (id: string, { name, login, owner, ...options }: ServerOptions & ChangeOptions) => {
      const client = await openServer(options, terminal)
      const edit = { name, login, owner }
      finish(outcomeOf((await client.change(pathOf(id), edit)) as Account))
    },
  )
  withExamples(change, `accounts change ${ACCOUNT} --name "Anna Example" ${WITH_TOKEN}`)

  for (const [verb, disabled, description] of [
    ['disable', true, 'nobody comes in with it any more, and its sessions end at once'],
    ['enable', false, 'as it was before it was disabled'],
  ] as const) {
    const command = withServer(
      accounts.command(verb).argument('<account>').description(description),
    ).action(async (id: string, options: ServerOptions) => {
      const client = await openServer(options, terminal)
      finish(outcomeOf((await client.change(pathOf(id), { disabled })) as Account))
    })
    withExamples(command, `accounts ${verb} ${ACCOUNT} ${WITH_TOKEN}`)
  }

  const remove = withServer(
    accounts
      .command('remove')
      .argument('<account>')
      .description('with its roles, sessions and tokens, for good'),
  ).action(async (id: string, options: ServerOptions) => {
    const client = await openServer(options, terminal)
    await client.delete(pathOf(id), { isRevised: true })
    finish({ json: { removed: id }, lines: [`removed: ${id}`] })
  })
  withExamples(remove, `accounts remove ${ACCOUNT} ${WITH_TOKEN}`)

  const wayIn = withServer(
    accounts
      .command('way-in')
      .argument('<account>')
      .description('a new one-time link for a person who lost every way to sign in'),
  ).action(async (id: string, options: ServerOptions) => {
    const client = await openServer(options, terminal)
    const made = (await client.post(`${pathOf(id)}/way-in`)) as WayIn
    finish({ json: made, lines: wayInLines(made) })
  })
  withExamples(wayIn, `accounts way-in ${ACCOUNT} ${WITH_TOKEN}`)
}

interface ChangeOptions {
  readonly name?: string
  readonly login?: string
  readonly owner?: string
}

function addGrants(accounts: Command, { terminal, finish }: Surroundings): void {
  const grant = withServer(
    accounts
      .command('grant')
      .argument('<account>')
      .argument('<role@product>')
      .description('give it a role; nobody gives what he does not have'),
  ).action(async (id: string, wanted: string, options: ServerOptions) => {
    const client = await openServer(options, terminal)
    const [body] = grantsIn([wanted])
    finish(outcomeOf((await client.post(`${pathOf(id)}/grants`, body)) as Account))
  })
  withExamples(grant, `accounts grant ${ACCOUNT} operator@lumen-gateway-g1 ${WITH_TOKEN}`)

  const withdraw = withServer(
    accounts
      .command('withdraw-grant')
      .argument('<account>')
      .argument('<role@product>')
      .description('take a role from it; counts at once'),
  ).action(async (id: string, wanted: string, options: ServerOptions) => {
    const client = await openServer(options, terminal)
    const path = `${pathOf(id)}/grants/${encodeURIComponent(wanted)}`
    finish(outcomeOf((await client.delete(path)) as Account))
  })
  withExamples(
    withdraw,
    `accounts withdraw-grant ${ACCOUNT} operator@lumen-gateway-g1 ${WITH_TOKEN}`,
  )
}

function pathOf(id: string): string {
  return `/accounts/${encodeURIComponent(id)}`
}

/** The server says what is wrong with them. */
function grantsIn(words: readonly string[] = []): { role: string; product: string }[] {
  return words.map((word) => {
    const [role = '', ...product] = word.split('@')
    return { role, product: product.join('@') }
  })
}

function outcomeOf(account: Account) {
  const { grants = [], wayIn } = account
  return {
    json: account,
    lines: [
      lineOf(account),
      ...grants.map(({ id }) => `  ${id}`),
      ...(wayIn === undefined ? [] : wayInLines(wayIn)),
    ],
  }
}

function wayInLines({ url, expiresAt }: WayIn): string[] {
  return [
    `Give this link to the person and nobody else; it opens once, until ${new Date(expiresAt * 1000).toISOString()}:`,
    url,
  ]
}

function lineOf({ id, kind, name, login, owner, disabledAt }: Account): string {
  const who = kind === 'person' ? login : `answers: ${owner}`
  return [
    id,
    kind.padEnd(8),
    name,
    `(${who})`,
    ...(disabledAt === undefined ? [] : ['disabled']),
  ].join(' ')
}
