/** All commands, put together. */
import { Command, Help, Option } from 'commander'
import { type Surroundings, withExamples } from './commands/command-line.ts'
import { addCohorts } from './commands/devices/cohorts.ts'
import { addDevices } from './commands/devices/devices.ts'
import { addFilters } from './commands/devices/filters.ts'
import { addStatus } from './commands/devices/status.ts'
import { addAdvisories } from './commands/disclosure/advisories.ts'
import { addDisclosure } from './commands/disclosure/disclosure.ts'
import { addMails } from './commands/disclosure/mails.ts'
import { addSite } from './commands/disclosure/site.ts'
import { addSubscriptions } from './commands/disclosure/subscriptions.ts'
import { addAccounts } from './commands/operating/accounts.ts'
import { addAudit } from './commands/operating/audit.ts'
import { addBreakGlass } from './commands/operating/break-glass.ts'
import { addEvents } from './commands/operating/events.ts'
import { addNow } from './commands/operating/now.ts'
import { addRetention } from './commands/operating/retention.ts'
import { addSessions } from './commands/operating/sessions.ts'
import { addTokens } from './commands/operating/tokens.ts'
import { addWebhooks } from './commands/operating/webhooks.ts'
import { addDossier } from './commands/products/dossier.ts'
import { addProducts } from './commands/products/products.ts'
import { addRisks } from './commands/products/risks.ts'
import { addArtifactBuild } from './commands/releases/artifact-build.ts'
import { addBundleCreate } from './commands/releases/bundle-create.ts'
import { addEntitlements } from './commands/releases/entitlements.ts'
import { addEvidence } from './commands/releases/evidence.ts'
import { addGate } from './commands/releases/gate.ts'
import { addReleasePublish, addRepositoryPublish } from './commands/releases/publish.ts'
import { addReleaseCreate } from './commands/releases/release-create.ts'
import { addReleaseDelete } from './commands/releases/release-delete.ts'
import { addReleaseList } from './commands/releases/release-list.ts'
import { addReleaseShow } from './commands/releases/release-show.ts'
import { addReleaseWithdraw } from './commands/releases/release-withdraw.ts'
import { addSbom } from './commands/releases/sbom.ts'
import { addReleaseSign, addSign } from './commands/releases/sign.ts'
import { addRollout } from './commands/rollouts/rollout.ts'
import { addFactoryPack } from './commands/trust/factory-pack.ts'
import { addFactorySettings } from './commands/trust/factory-settings.ts'
import { addKeys } from './commands/trust/keys.ts'
import { addRepositoryInit } from './commands/trust/repository-init.ts'
import { addRepositoryRenew } from './commands/trust/repository-renew.ts'
import { addRepositoryStatus } from './commands/trust/repository-status.ts'
import { addRootRotate } from './commands/trust/root-rotate.ts'
import { addCases } from './commands/vulnerabilities/cases.ts'
import { addExposure } from './commands/vulnerabilities/exposure.ts'
import { addFeeds } from './commands/vulnerabilities/feeds.ts'
import { addFindings } from './commands/vulnerabilities/findings.ts'
import { addVex } from './commands/vulnerabilities/vex.ts'

const EXIT_CODES = `
Exit codes:
  0  done
  1  refused or failed; the error says why and what to do next
  2  the command line was not understood

With --json exactly one JSON object is printed to standard output, also for errors:
{"error":{"code":…,"message":…,"next":…,"facts":{…}}}.`

export function buildProgram(surroundings: Surroundings): Command {
  const program = new Command('fleetward')
    .description("the manufacturer's desk and the operator's hand of Fleetward")
    .addOption(
      new Option('--desk <folder>', 'keys, signed metadata and drafts of the manufacturer')
        .env('FLEETWARD_DESK')
        .default('./desk'),
    )
    .option('--json', 'one JSON object on standard output, for scripts')
    .helpCommand('help [command]', 'display help for command')
    .configureHelp({ showGlobalOptions: true, optionDescription: describe })
    .showSuggestionAfterError(true)
    // Errors are thrown to main.ts; subcommands inherit this.
    .exitOverride()
    .configureOutput({
      writeOut: surroundings.print,
      writeErr: (text) => surroundings.terminal.note(text.trimEnd()),
      outputError: (text, write) => write(`${text.trimEnd()}\n       See --help.`),
    })
    .addHelpText('after', EXIT_CODES)
  withExamples(program, 'keys generate root-1', 'status', 'release create --help')

  addNow(program, surroundings)
  addKeys(program, surroundings)

  const repository = group(program, 'repository', 'whose keys sign what for a product')
  addRepositoryInit(repository, surroundings)
  addRepositoryRenew(repository, surroundings)
  addRepositoryPublish(repository, surroundings)
  addRepositoryStatus(repository, surroundings)
  withExamples(repository, 'repository init --help')

  const artifact = group(program, 'artifact', 'the bytes that devices install')
  addArtifactBuild(artifact, surroundings)
  withExamples(artifact, 'artifact build --help')

  const release = group(program, 'release', 'from an artifact to a signed, published release')
  addReleaseCreate(release, surroundings)
  addReleaseSign(release, surroundings)
  addReleasePublish(release, surroundings)
  addReleaseList(release, surroundings)
  addReleaseShow(release, surroundings)
  addReleaseWithdraw(release, surroundings)
  addReleaseDelete(release, surroundings)
  withExamples(
    release,
    'release create --help',
    'release sign --product lumen-gateway-g1 --key security-1',
  )

  addSign(program, surroundings)

  const root = group(program, 'root', 'the keys at the root of all trust')
  addRootRotate(root, surroundings)
  withExamples(
    root,
    'root rotate --product lumen-gateway-g1 --remove-key root=root-3 --add-key root=root-4',
  )

  const bundle = group(program, 'bundle', 'updates for devices without a network')
  addBundleCreate(bundle, surroundings)
  withExamples(bundle, 'bundle create --help')

  const factory = group(program, 'factory', 'what devices get in the factory')
  addFactoryPack(factory, surroundings)
  addFactorySettings(factory, surroundings)
  withExamples(factory, 'factory pack --help')

  addSbom(program, surroundings)
  addFeeds(program, surroundings)
  addFindings(program, surroundings)
  addExposure(program, surroundings)
  addVex(program, surroundings)
  addGate(program, surroundings)
  addEvidence(program, surroundings)
  addProducts(program, surroundings)
  addRisks(program, surroundings)
  addRollout(program, surroundings)
  addDevices(program, surroundings)
  addEntitlements(program, surroundings)
  addCohorts(program, surroundings)
  addFilters(program, surroundings)
  addAudit(program, surroundings)
  addEvents(program, surroundings)
  addWebhooks(program, surroundings)
  addCases(program, surroundings)
  addDisclosure(program, surroundings)
  addMails(program, surroundings)
  addSubscriptions(program, surroundings)
  addDossier(program, surroundings)
  addAdvisories(program, surroundings)

  const site = group(program, 'site', 'what the public may read, for a web host of yours')
  addSite(site, surroundings)
  withExamples(site, 'site export --out site --public-url https://updates.example.com')

  addRetention(program, surroundings)
  addBreakGlass(program, surroundings)
  addAccounts(program, surroundings)
  addTokens(program, surroundings)
  addSessions(program, surroundings)
  addStatus(program, surroundings)
  return program
}

/** What has to be given is said; that something not given is absent goes without saying. */
function describe(option: Option): string {
  const text = new Help().optionDescription(option)
  const telling = text.replace(/ \(default: (?:false|\[\]|"")\)/, '')
  return option.mandatory ? `${telling} (required)` : telling
}

function group(program: Command, name: string, description: string): Command {
  return program.command(name).description(description)
}
