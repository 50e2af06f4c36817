/** Which screen is at which address. Each is loaded when somebody goes there. */
import { ErrorBoundary, LocationProvider, lazy, Route, Router } from 'preact-iso'
import { BACK } from './api/door.ts'
import { BackScreen } from './shell/back.tsx'
import { WholeOrBroken } from './shell/broken.tsx'
import { NotFound } from './shell/not-found.tsx'
import { Shell } from './shell/shell.tsx'
import { loadLaw } from './words/language.ts'

const Now = lazy(() => import('./screens/now/now-screen.tsx').then((it) => it.NowScreen))
const Fleet = lazy(() => import('./screens/fleet/fleet-screen.tsx').then((it) => it.FleetScreen))
const Device = lazy(() =>
  import('./screens/fleet/device/device-screen.tsx').then((it) => it.DeviceScreen),
)
const Releases = lazy(() =>
  import('./screens/releases/releases-screen.tsx').then((it) => it.ReleasesScreen),
)
const Release = lazy(() =>
  import('./screens/releases/release-screen.tsx').then((it) => it.ReleaseScreen),
)
const Rollouts = lazy(() =>
  import('./screens/rollouts/rollouts-screen.tsx').then((it) => it.RolloutsScreen),
)
const Rollout = lazy(() =>
  import('./screens/rollouts/rollout-screen.tsx').then((it) => it.RolloutScreen),
)
const NewRollout = lazy(() =>
  import('./screens/rollouts/wizard/new-rollout-screen.tsx').then((it) => it.NewRolloutScreen),
)
const Vulnerabilities = lazy(() =>
  import('./screens/vulnerabilities/vulnerabilities-screen.tsx').then(
    (it) => it.VulnerabilitiesScreen,
  ),
)
const Finding = lazy(() =>
  import('./screens/vulnerabilities/finding-screen.tsx').then((it) => it.FindingScreen),
)
const Advisories = lazy(() =>
  import('./screens/advisories/advisories-screen.tsx').then((it) => it.AdvisoriesScreen),
)
const Advisory = lazy(() =>
  import('./screens/advisories/advisory-screen.tsx').then((it) => it.AdvisoryScreen),
)
const Product = lazy(async () => {
  const [it] = await Promise.all([import('./screens/product/product-screen.tsx'), loadLaw()])
  return it.ProductScreen
})
const Cases = lazy(() => import('./screens/cases/cases-screen.tsx').then((it) => it.CasesScreen))
const Case = lazy(async () => {
  const [it] = await Promise.all([import('./screens/cases/case-screen.tsx'), loadLaw()])
  return it.CaseScreen
})
const Reports = lazy(() =>
  import('./screens/reports/reports-screen.tsx').then((it) => it.ReportsScreen),
)
const Report = lazy(() =>
  import('./screens/reports/report-screen.tsx').then((it) => it.ReportScreen),
)
const Audit = lazy(() => import('./screens/audit/audit-screen.tsx').then((it) => it.AuditScreen))
const Settings = lazy(() =>
  import('./screens/settings/settings-screen.tsx').then((it) => it.SettingsScreen),
)
const Guide = lazy(() => import('./screens/guide/guide-screen.tsx').then((it) => it.GuideScreen))

export function App() {
  // The tab that somebody signs in with again is not the console: it says so, and closes itself.
  if (location.pathname === BACK) return <BackScreen />
  return (
    <LocationProvider scope="/console">
      <Shell>
        <WholeOrBroken>
          <ErrorBoundary>
            <Router>
              <Route path="/console/" component={Now} />
              <Route path="/console/first-steps" component={Guide} />
              <Route path="/console/cases" component={Cases} />
              <Route path="/console/cases/:id" component={Case} />
              <Route path="/console/reports" component={Reports} />
              <Route path="/console/reports/:id" component={Report} />
              <Route path="/console/audit" component={Audit} />
              <Route path="/console/settings/:part?" component={Settings} />
              <Route path="/console/products/:product" component={Product} />
              <Route path="/console/products/:product/about/:part" component={Product} />
              <Route path="/console/products/:product/fleet" component={Fleet} />
              <Route path="/console/products/:product/fleet/:device" component={Device} />
              <Route path="/console/products/:product/releases" component={Releases} />
              <Route path="/console/products/:product/releases/:version" component={Release} />
              <Route path="/console/products/:product/rollouts" component={Rollouts} />
              <Route path="/console/products/:product/rollouts/:rollout" component={Rollout} />
              <Route path="/console/products/:product/new-rollout" component={NewRollout} />
              <Route
                path="/console/products/:product/vulnerabilities"
                component={Vulnerabilities}
              />
              <Route
                path="/console/products/:product/vulnerabilities/:finding"
                component={Finding}
              />
              <Route path="/console/products/:product/advisories" component={Advisories} />
              <Route path="/console/products/:product/advisories/:advisory" component={Advisory} />
              <Route default component={NotFound} />
            </Router>
          </ErrorBoundary>
        </WholeOrBroken>
      </Shell>
    </LocationProvider>
  )
}
