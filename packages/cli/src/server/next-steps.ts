/** What to do about a code of the server: which command, or which page. Others are explained by docs/protocol.md, section 13. */
export const NEXT_STEPS: Readonly<Record<string, string>> = {
  ACCESS_DENIED:
    'The token was mistyped, revoked, is over, or is of another server. Whoever has an account makes one signed in, in the console under Settings, API tokens (docs/accounts.md, API tokens); an administrator makes accounts: `fleetward accounts --help`. Then give its file as --token-file.',
  NOT_PERMITTED:
    'Use a token with this permission among its scopes, made in the console under Settings, API tokens, or with `fleetward tokens create <name> --scope <permission> …`. If your account lacks it, somebody who manages accounts gives you one of these roles: `fleetward accounts grant <account> <role>@<product>` (product: * means for all products). What only a person may decide the server’s admin-token may not: make a token of your own (docs/accounts.md, API tokens).',
  TOKEN_EXPIRED: 'Make a new token, in the console under Settings, API tokens.',
  REVISION_CHANGED: 'Look at it again, then repeat the command if it still applies.',
  NOT_ANSWERABLE:
    'Let the person who answers for the account do it, with a token that has the scope token.own, or signed in at the console.',
  NO_SUCH_ACCOUNT: 'See which there are with `fleetward accounts list`.',
  LAST_ADMINISTRATOR: 'Give somebody else the role first: `fleetward accounts grant`.',
  NO_SUCH_PRODUCT:
    'See which there are with `fleetward products list`, or make it with `fleetward products create <product>`.',
  PRODUCT_EXISTS: 'Its keys can be read with `fleetward products show <product>`.',
  FILTER_INVALID: 'Correct the filter; docs/filters.md has the language.',
  FILTER_MEANS_OTHERS: 'Look with `fleetward devices count`, then repeat the command.',
  IMPORT_REFUSED: 'Mend these lines and import the file again.',
  NO_SUCH_DEVICE: 'See which there are with `fleetward devices list`.',
  NO_SUCH_COHORT: 'See which there are with `fleetward cohorts list`.',
  NO_SUCH_FILTER: 'See which there are with `fleetward filters list`.',
  COHORT_IN_USE: 'Assign its devices elsewhere and take its rule away first.',
  DEVICE_DECOMMISSIONED: 'If the id is to be used again: `fleetward devices expect --again`.',
  NO_SUCH_RELEASE:
    'See which there are with `fleetward release list`, or publish it with `fleetward release publish`.',
  GATE_CLOSED:
    'Mend each of these (docs/gate.md says how) and run the same command again; what is uploaded stays. A person can let single reasons through: `fleetward gate waive`.',
  RELEASE_EXISTS: 'Give the release a new version; published bytes never change.',
  THRESHOLD_NOT_MET:
    'The repository of the server knows other keys: publish root and targets first with `fleetward repository publish`.',
  NO_SUCH_ROLLOUT: 'See which there are with `fleetward rollout status --product <product>`.',
  ROLLOUT_EXISTS:
    'Widen that one with `fleetward rollout widen`, or resume it with `fleetward rollout resume`.',
  ROLLOUT_WITHDRAWN: 'Start a new one with `fleetward rollout start`.',
  RELEASE_WITHDRAWN: 'Roll out another release; a withdrawn one does not come back.',
  NO_SUCH_VULNERABILITY:
    'See whether there are feeds with `fleetward feeds list`, and what could not be looked up with `fleetward findings coverage <version>`.',
  NO_SUCH_FINDING: 'See which there are with `fleetward findings list`.',
  VEX_NOT_EXPORTABLE: 'Decide a finding first: `fleetward findings decide`.',
  VEX_NOT_PUBLISHABLE:
    'Decide on the vulnerabilities it names anew: `fleetward findings decide`. `fleetward vex export --format CSAF` has the places it names.',
  FEED_REFUSED: 'Fetch it again, or name its kind; docs/feeds.md says where each is from.',
  NO_SUCH_ADVISORY: 'See which there are with `fleetward advisories list`.',
  ADVISORY_INCOMPLETE: 'Write what is missing: `fleetward advisories edit --help`.',
  ADVISORY_INVALID: 'See all of it with `fleetward advisories validate`, and mend it.',
  ADVISORY_PUBLISHER_UNKNOWN:
    'Say who publishes: `fleetward disclosure contact --organisation … --contact …`.',
  ADVISORY_FIX_MISSING:
    'Publish a release that fixes it, or use --when-fixed, or --without-fix-because.',
  NO_SUCH_CASE: 'See which there are with `fleetward cases list`.',
  NOT_REPORTABLE: 'Mark it, with the evidence: `fleetward cases exploited` or `cases severe`.',
  STAGE_OUT_OF_ORDER:
    'Record the one before it first with `fleetward cases submit`; `cases show` has the order.',
  REPORT_OUTSTANDING:
    'Record it with `fleetward cases submit`, or take the mark back with `fleetward cases take-back`.',
  TIME_IMPOSSIBLE:
    'Compare with the times of `fleetward cases show`; --time 10m is ten minutes ago.',
  ALREADY_RECORDED: 'See it with `fleetward cases show`; `fleetward cases correct` mends it.',
  NO_SUCH_DOSSIER: 'See which there are with `fleetward dossier list <product>`.',
  DECLARATION_CHANGED:
    'Print it again with `fleetward dossier sign-declaration <product>`, read it, and sign that.',
  DECLARATION_INCOMPLETE: 'Fill the facts: `fleetward products facts gaps <product>`.',
  INFORMATION_INCOMPLETE: 'Write them with `fleetward products facts set <product>`.',
  NOTHING_SUGGESTED:
    'Answer it yourself with `fleetward products requirements answer`; suggestions are made of the facts (docs/product-law.md).',
  REQUIREMENT_UNJUSTIFIED: 'Give both: --set justification=… --set assessment=<version>.',
  NO_SUCH_SUBSCRIPTION: 'See which there are with `fleetward subscriptions list`.',
  ROLE_MISSING: 'Publish root and targets first with `fleetward repository publish`.',
}
