import { localPath } from '@handfast/contract/local-path'
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, type ErrorComponentProps, Outlet, redirect, useRouter } from '@tanstack/react-router'
import { ApiError, UnreachableError } from './api/ask.ts'
import { type CallFilter, states } from './api/calls.ts'
import { sessionQuery } from './api/session.ts'
import { HandInPage } from './operator/hand-in.tsx'
import { PeoplePage } from './operator/people.tsx'
import { PublishPage } from './operator/publish.tsx'
import { PublishedPage } from './operator/published.tsx'
import { RegistrationsPage } from './operator/registrations.tsx'
import { ReviewPage } from './operator/review.tsx'
import { Door } from './parts/door.tsx'
import { Nowhere } from './parts/nowhere.tsx'
import { Page } from './parts/page.tsx'
import { Problem } from './parts/problem.tsx'
import { Shell } from './parts/shell.tsx'
import { AccountsPage } from './user/accounts.tsx'
import { ApprovalPage } from './user/approval.tsx'
import { ApprovalRequestPage } from './user/approval-request.tsx'
import { ApprovalsPage } from './user/approvals.tsx'
import { AssistantsPage } from './user/assistants.tsx'
import { AuthorizePage } from './user/authorize.tsx'
import { AuthorizeProblemPage } from './user/authorize-problem.tsx'
import { CallPage } from './user/call.tsx'
import { CallsPage } from './user/calls.tsx'
import { ConnectPageView } from './user/connect.tsx'
import { ConnectReturn } from './user/connect-return.tsx'
import { ConnectorPage } from './user/connector.tsx'
import { DevicePage } from './user/device.tsx'
import { DirectoryPage } from './user/directory.tsx'
import { ExplainPage } from './user/explain.tsx'
import { HomePage } from './user/home.tsx'
import { HostedPage } from './user/hosted.tsx'
import { InvitationPage } from './user/invitation.tsx'
import { ProviderReturn, takeAnswer } from './user/provider-return.tsx'
import { ReceiptPage } from './user/receipt.tsx'
import { SecondFactorPage } from './user/second-factor.tsx'
import { SecurityPage } from './user/security.tsx'
import { SettingsPage } from './user/settings.tsx'
import { SignInPage } from './user/sign-in.tsx'
import { TokensPage } from './user/tokens.tsx'
import { WelcomePage } from './user/welcome.tsx'
import { WorkspacePage } from './workspace/workspace.tsx'
import { WorkspacesPage } from './workspace/workspaces.tsx'

type Context = { readonly client: QueryClient }

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: Nowhere })

const door = createRoute({ getParentRoute: () => root, id: 'door', component: Door })
const welcome = createRoute({ getParentRoute: () => door, path: '/welcome', component: WelcomePage })
const invitation = createRoute({ getParentRoute: () => door, path: '/invitation', component: InvitationPage })
const hosted = createRoute({ getParentRoute: () => door, path: '/hosted', component: HostedPage })
const signIn = createRoute({
  getParentRoute: () => door,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: ({ to, next }: Record<string, unknown>): { to?: string; next?: string } => ({ ...pathIn('to', to), ...pathIn('next', next) }),
})
const providerReturn = createRoute({ getParentRoute: () => door, path: '/sign-in/back/$provider', component: ProviderReturn })
const secondFactor = createRoute({
  getParentRoute: () => door,
  path: '/second-factor',
  component: SecondFactorPage,
  validateSearch: ({ next }: Record<string, unknown>): { next?: string } => pathIn('next', next),
})

/** Only a path of this origin: see localPath. */
function pathIn<Name extends string>(name: Name, text: unknown): { readonly [K in Name]?: string } {
  const path = localPath(text)
  return (path === null ? {} : { [name]: path }) as { readonly [K in Name]?: string }
}
const authorizeProblem = createRoute({
  getParentRoute: () => door,
  path: '/authorize-problem',
  component: AuthorizeProblemPage,
  validateSearch: ({ error }: Record<string, unknown>): { error?: string } => (typeof error === 'string' ? { error } : {}),
})

/** Nobody comes in without a session. */
const house = createRoute({
  getParentRoute: () => root,
  id: 'house',
  component: Shell,
  errorComponent: Broken,
  beforeLoad: async ({ context, location }) => {
    const session = await context.client.ensureQueryData(sessionQuery)
    const next = location.href === '/' ? {} : { next: location.href }
    if (session === null) throw redirect({ to: '/sign-in', search: next, replace: true })
    if (session.lacks !== null) throw redirect({ to: '/second-factor', search: next, replace: true })
  },
})
const home = createRoute({ getParentRoute: () => house, path: '/', component: HomePage })
const directory = createRoute({ getParentRoute: () => house, path: '/directory', component: DirectoryPage })
const connector = createRoute({ getParentRoute: () => house, path: '/connectors/$slug', component: ConnectorPage })
const receipt = createRoute({ getParentRoute: () => house, path: '/connectors/$slug/receipts/$id', component: ReceiptPage })
const accounts = createRoute({ getParentRoute: () => house, path: '/accounts', component: AccountsPage })
const connect = createRoute({ getParentRoute: () => house, path: '/connect/$id', component: ConnectPageView })
// What a provider brings back is read from the address by the page itself; as search parameters it would be taken out of it before.
const kept = { validateSearch: (search: Record<string, unknown>) => search }
const connectReturn = createRoute({ getParentRoute: () => house, path: '/connect/callback', component: ConnectReturn, ...kept })
const connectReturnOf = createRoute({ getParentRoute: () => house, path: '/connect/callback/$issuer', component: ConnectReturn, ...kept })
const approvals = createRoute({ getParentRoute: () => house, path: '/approvals', component: ApprovalsPage })
const approval = createRoute({ getParentRoute: () => house, path: '/approvals/$id', component: ApprovalPage })
const calls = createRoute({
  getParentRoute: () => house,
  path: '/calls',
  component: CallsPage,
  validateSearch: ({ connector, state }: Record<string, unknown>): CallFilter => ({
    ...(typeof connector === 'string' && connector !== '' ? { connector } : {}),
    ...(states.some((known) => known === state) ? { state: state as CallFilter['state'] } : {}),
  }),
})
const call = createRoute({ getParentRoute: () => house, path: '/calls/$id', component: CallPage })
const assistants = createRoute({ getParentRoute: () => house, path: '/assistants', component: AssistantsPage })
const authorize = createRoute({ getParentRoute: () => house, path: '/authorize/$id', component: AuthorizePage })
const device = createRoute({
  getParentRoute: () => house,
  path: '/device',
  component: DevicePage,
  // As RFC 8628 section 3.3.1 names it.
  validateSearch: ({ user_code }: Record<string, unknown>): { user_code?: string } =>
    typeof user_code === 'string' && /^[A-Za-z-]{8,9}$/.test(user_code) ? { user_code } : {},
})
const registrations = createRoute({ getParentRoute: () => house, path: '/known-assistants', component: RegistrationsPage })
const approvalRequest = createRoute({ getParentRoute: () => house, path: '/approval-requests/$id', component: ApprovalRequestPage })
const explain = createRoute({ getParentRoute: () => house, path: '/explain', component: ExplainPage })
const workspaces = createRoute({ getParentRoute: () => house, path: '/workspaces', component: WorkspacesPage })
const workspace = createRoute({ getParentRoute: () => house, path: '/workspaces/$id', component: WorkspacePage })
const tokens = createRoute({ getParentRoute: () => house, path: '/tokens', component: TokensPage })
const settings = createRoute({ getParentRoute: () => house, path: '/settings', component: SettingsPage })
const security = createRoute({ getParentRoute: () => house, path: '/security', component: SecurityPage })
const people = createRoute({ getParentRoute: () => house, path: '/people', component: PeoplePage })
const publish = createRoute({ getParentRoute: () => house, path: '/publish', component: PublishPage })
const handIn = createRoute({ getParentRoute: () => house, path: '/publish/new', component: HandInPage })
const published = createRoute({ getParentRoute: () => house, path: '/publish/$slug', component: PublishedPage })
const review = createRoute({ getParentRoute: () => house, path: '/publish/$slug/$number', component: ReviewPage })

const tree = root.addChildren([
  door.addChildren([welcome, invitation, hosted, signIn, providerReturn, secondFactor, authorizeProblem]),
  house.addChildren([
    assistants,
    authorize,
    device,
    registrations,
    home,
    directory,
    connector,
    receipt,
    accounts,
    connect,
    connectReturn,
    connectReturnOf,
    approvals,
    approval,
    approvalRequest,
    explain,
    workspaces,
    workspace,
    calls,
    call,
    tokens,
    settings,
    security,
    people,
    publish,
    handIn,
    published,
    review,
  ]),
])

/** Instead of a page that failed. */
function Broken({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const again = () => {
    reset()
    void router.invalidate()
  }
  return (
    <main id="content" className="broken">
      <Page title="This page did not open">
        <Problem error={error} retry={again} />
      </Page>
    </main>
  )
}

function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultErrorComponent: Broken,
    defaultNotFoundComponent: Nowhere,
    // Without it, what a page did not ask for would come along in its search.
    search: { strict: true },
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}

/** The console: what it remembers of the server's answers, and its pages. */
export function createConsole() {
  takeAnswer()
  const over = (error: unknown) => {
    if (error instanceof ApiError && error.code === 'people/second-factor-needed') {
      void client.invalidateQueries(sessionQuery).then(() => router.invalidate())
      return
    }
    if (
      !(error instanceof ApiError) ||
      error.status !== 401 ||
      error.code.startsWith('people/') ||
      client.getQueryData(sessionQuery.queryKey) === null
    )
      return
    client.setQueryData(sessionQuery.queryKey, null)
    void router.invalidate()
  }
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: over }),
    mutationCache: new MutationCache({ onError: over }),
    defaultOptions: {
      queries: {
        // A Handfast on this very machine answers without any network.
        networkMode: 'always',
        staleTime: 2_000,
        // A no stays a no; only silence is worth another try.
        retry: (failures, error) => error instanceof UnreachableError && failures < 2,
      },
      // Passwords, keys and fresh tokens pass through here: none is kept once its page is gone.
      mutations: { networkMode: 'always', retry: false, gcTime: 0 },
    },
  })
  const router = makeRouter(client)
  return { client, router }
}
