/** What the law asks about a product: each part at its own address. */
import { to } from '../../addresses.ts'
import { may } from '../../live/me.ts'
import { Parts } from '../../pieces/parts.tsx'
import { Screen } from '../../pieces/screen.tsx'
import { NotFound } from '../../shell/not-found.tsx'
import { say } from '../../words/say.tsx'
import { ComponentsPart } from './components-part.tsx'
import { DataPart } from './data-part.tsx'
import { DeclarationPart } from './declaration-part.tsx'
import { DossierPart } from './dossier-part.tsx'
import { EvidencePart } from './evidence-part.tsx'
import { FactsPart } from './facts-part.tsx'
import { InformationPart } from './information-part.tsx'
import { PARTS, type PartId, partOf } from './parts.ts'
import { StandardsPart, UpstreamPart } from './record-parts.tsx'
import { RequirementsPart } from './requirements-part.tsx'
import { RisksPart } from './risks-part.tsx'
import { RulesPart } from './rules-part.tsx'
import { SupportPart } from './support-part.tsx'
import './product.css'

type PartScreen = (props: { readonly product: string }) => preact.JSX.Element

const SCREENS: Readonly<Record<PartId, PartScreen>> = {
  ...{ support: SupportPart, facts: FactsPart, risks: RisksPart, requirements: RequirementsPart },
  ...{ components: ComponentsPart, upstream: UpstreamPart, standards: StandardsPart },
  ...{ data: DataPart, information: InformationPart, evidence: EvidencePart, rules: RulesPart },
  ...{ declaration: DeclarationPart, dossier: DossierPart },
}

interface ProductScreenProps {
  readonly product?: string
  readonly part?: string
}

export function ProductScreen({ product = '', part }: ProductScreenProps) {
  const chosen = partOf(part)
  if (chosen === undefined) return <NotFound />
  const Content = SCREENS[chosen]
  return (
    <Screen title={product} about={say('product.about')}>
      <Parts
        label={say('product.parts')}
        parts={PARTS.filter(({ permission }) => may(permission, product)).map(({ id }) => ({
          name: say(`product.part_${id}`),
          href: id === 'support' ? to.product(product) : to.product(product, id),
          isHere: id === chosen,
        }))}
      />
      <Content key={`${product} ${chosen}`} product={product} />
    </Screen>
  )
}
