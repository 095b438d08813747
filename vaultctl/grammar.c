/*
 * The rows, by noun in the order in which help shows them; within a noun: list, show, then what is
 * done to it in the order of its life. Options, types and comments come from the interfaces.
 */
#include "vaultctl/grammar.h"

#include "vaultctl/commands.h"
#include "vaultctl/special.h"
#include "vaultctl/why.h"

#define LIST(n, m, p, t) { .noun = (n), .method = (m), .positional = (p), .tasks = (t) }
#define SHOW(n, m, p) { .noun = (n), .verb = GRAMMAR_SHOW, .method = (m), .positional = (p) }
#define VERB(n, v, m, p, t) \
	{ .noun = (n), .verb = (v), .method = (m), .positional = (p), .tasks = (t) }
#define RUN(n, v, f, p, s, t) \
	{ .noun = (n), .verb = (v), .run = (f), .positional = (p), .summary = (s), .tasks = (t) }

#define IMPORT(n, t) RUN(n, "import", import_run, "file", \
	"imports a CSV file, checked whole before anything changes; --template prints its columns", t)

const struct ctl_command grammar[] = {
	{ "status", NULL, "Evidence.Status", "", command_status, NULL,
		"status\nstatus --all\nstatus -o json" },
	LIST("inbox", "Evidence.Inbox", "", "inbox\ninbox -o id"),
	LIST("whoami", "Evidence.WhoAmI", "", "whoami\nwhoami --as ruiz"),
	VERB("check", "setup", "Evidence.CheckSetup", "", "check setup"),
	RUN("check", "schedule", check_schedule_run, "", "compares the timers and cron lines of this machine "
		"with what the checks and reports need;\nexits 0 where each job runs often enough, 1 where one "
		"does not; --root DIR looks below DIR", "check schedule"),

	LIST("mineral", "Stock.ListMinerals", "", "mineral"),
	SHOW("mineral", "Stock.ListMinerals", "code"),
	VERB("mineral", "new", "Stock.AddMinerals", "code name", NULL),
	IMPORT("mineral", "mineral import minerals.csv --dry-run"),

	LIST("commodity", "Stock.ListCommodities", "", "commodity\ncommodity ga"),
	SHOW("commodity", "Stock.GetCommodity", "code"),
	VERB("commodity", "new", "Stock.AddCommodities", "code mineral", NULL),
	VERB("commodity", "storage", "Stock.SetCommodityStorage", "code storage",
		"commodity storage ga dry,tempered --because \"melts at 30 degrees\""),
	IMPORT("commodity", "commodity import commodities.csv --dry-run"),

	LIST("site", "Stock.ListSites", "", "site"),
	SHOW("site", "Stock.ListSites", "code"),
	VERB("site", "new", "Stock.AddSites", "code name country",
		"site new ROT \"Rotterdam, Maasvlakte\" NLD --capacity 5000t --daily-loadout 60t"),
	VERB("site", "set", "Stock.SetSite", "site state",
		"site set ROT suspended --because \"flooded yard\"\n"
		"site set ROT open --daily-loadout 40t --because \"what E-2026-0001 proved\""),
	VERB("site", "storage", "Stock.SetSiteStorage", "code storage",
		"site storage ROT covered,dry --because \"hall 3\""),
	VERB("site", "test", "Stock.TestSite", "site",
		"site test ROT --mass 60t --on 2026-11-20 --hours 10 --by \"J. Bakker\" --evidence protocol.pdf"),
	VERB("site", "tests", "Stock.ListLoadoutTests", "site", "site tests ROT"),
	IMPORT("site", "site import sites.csv --dry-run"),

	LIST("lot", "Stock.ListLots", "", "lot --commodity ga --site ROT\nlot GA-0042"),
	SHOW("lot", "Stock.GetLot", "code"),
	VERB("lot", "new", "Stock.AddLots", "code commodity site expected_g",
		"lot new GA-0042 ga ROT 25t --supplier acme --origin CAN"),
	IMPORT("lot", "lot import deliveries.csv --dry-run"),
	VERB("lot", "weigh", "Stock.WeighLot", "lot",
		"lot weigh GA-0042 --gross 25310kg --tare 310kg --evidence slip.pdf"),
	VERB("lot", "sample", "Stock.SampleLot", "lot sample", "lot sample GA-0042 SGS-2211"),
	VERB("lot", "assay", "Stock.AssayLot", "lot",
		"lot assay GA-0042 --grade 99.99% --lab SGS-2211 --cert c.pdf"),
	VERB("lot", "accept", "Stock.AcceptLot", "lot", "lot accept GA-0042"),
	VERB("lot", "reject", "Stock.RejectLot", "lot",
		"lot reject GA-0042 --reason grade --because \"below the minimum grade\""),
	VERB("lot", "hold", "Stock.HoldLot", "lot",
		"lot hold GA-0042 --reason seal --because \"seal 7711 broken\""),
	VERB("lot", "unhold", "Stock.ReleaseHold", "hold", NULL),
	VERB("lot", "move", "Stock.MoveLot", "lot to", "lot move GA-0042 ANR --evidence waybill.pdf"),
	VERB("lot", "arrive", "Stock.ArriveLot", "lot", NULL),
	VERB("lot", "correct", "Stock.CorrectLot", "lot",
		"lot correct GA-0042 --net 2.5t --because \"decimal slip\""),
	VERB("lot", "lose", "Stock.LoseLot", "lot",
		"lot lose GA-0042 --reason fire --because \"hall 3\" --evidence report.pdf"),
	VERB("lot", "title", "Stock.IssueTitle", "lot holder", "lot title GA-0042 acme"),
	VERB("lot", "pledge", "Stock.PledgeLot", "lot",
		"lot pledge GA-0042 --to EXIM --note exim.note --because \"loan of 12 Nov\""),
	VERB("lot", "unpledge", "Stock.UnpledgeLot", "lot",
		"lot unpledge GA-0042 --note release.note --because \"loan repaid\""),

	LIST("title", "Stock.ListTitles", "lot", "title\ntitle GA-0042"),
	LIST("pledge", "Stock.ListPledges", "lot", "pledge\npledge --lender EXIM"),

	LIST("floor", "Stock.ListFloors", "commodity", "floor\nfloor ga"),
	VERB("floor", "set", "Stock.SetFloors", "commodity kind",
		"floor set ga operating --days 30 --consumption 52kg --because \"board of 1 Oct\""),
	IMPORT("floor", "floor import floors.csv --dry-run"),

	{ "requirement", NULL, "Stock.Shortfalls", "commodity", NULL, NULL,
		"requirement\nrequirement --state short\nrequirement ga" },
	VERB("requirement", "set", "Stock.SetRequirements", "commodity",
		"requirement set ga --mass 60t --authority \"Art. 4\" --assumptions study-2026.pdf "
		"--because \"board of 1 Oct\"\n"
		"requirement set ga --days 60 --authority \"Art. 4\" --because \"board of 1 Oct\""),
	VERB("requirement", "versions", "Stock.ListRequirements", "commodity",
		"requirement versions ga\nrequirement versions --state proposed"),
	IMPORT("requirement", "requirement import requirements.csv --because \"board of 1 Oct\" --dry-run"),

	LIST("annual", "Stock.ListAnnual", "commodity", "annual\nannual ga\nannual --fiscal-year 2027"),
	VERB("annual", "set", "Stock.SetAnnual", "fiscal_year commodity action max_g",
		"annual set 2027 ga acquire 25t --because \"board of 1 Oct\"\n"
		"annual set 2027 ga release 2500kg --because \"board of 1 Oct\""),
	IMPORT("annual", "annual import plan-2027.csv --because \"board of 1 Oct\" --dry-run"),

	LIST("account", "Stock.ListAccounts", "commodity", "account ga"),

	LIST("member", "Zone.ListMembers", "", "member"),
	SHOW("member", "Zone.GetMember", "code"),
	VERB("member", "set", "Zone.SetMembers", "code status",
		"member set JPN delegation --name Japan --since 2026-02-04 --because \"ministerial\"\n"
		"member set JPN in-force --since 2027-01-01 --authority \"Art. 12\" --because deposited\n"
		"member set BEL delegation --name Belgium --part-of EUE --because ministerial"),
	VERB("member", "steps", "Zone.ListMemberSteps", "code",
		"member steps JPN\nmember steps --state scheduled"),
	IMPORT("member", "member import members.csv --dry-run"),

	LIST("price", "Zone.ListPrices", "commodity",
		"price\nprice ga --history\nprice ga/7\nprice --state notified"),
	{ "price", GRAMMAR_SHOW, "Zone.GetPrice", "id", price_show_run, NULL, NULL },
	VERB("price", "draft", "Zone.DraftPrices", "commodity price",
		"price draft w-conc 380USD/mtu --basis WO3 --from 2027-01-01 --because \"Q1 list\"\n"
		"price draft ni --method trimmed-mean --months 12 --because \"Q1 list\"\n"
		"price draft w-apt --method cost-plus --below w-conc --yield 96% --conversion 4.10USD/kg "
		"--margin 8% --because \"Q1 list\""),
	IMPORT("price", "price import q1.csv --dry-run"),
	{ "price", "recompute", "Zone.RecomputePrice", "price", price_recompute_run, "computes a price "
		"again from the inputs that it keeps; exits 0 where it is equal, 1 where it is not",
		"price recompute ga/7" },

	LIST("observation", "Zone.ListObservations", "commodity",
		"observation ni\nobservation --kind import --origin CHN\nobservation ni/worldbank/2026-05"),
	{ "observation", GRAMMAR_SHOW, "Zone.GetObservation", "id", zone_show_run, NULL, NULL },
	VERB("observation", "new", "Zone.RecordObservations", "commodity period price",
		"observation new ni 2026-10 \"15120.5 USD/t Ni\" --series lme\n"
		"observation new w-conc 2026-10 \"31.50 USD/kg WO3\" --series customs --kind import "
		"--origin CHN --mass 120t"),
	RUN("observation", "import", import_run, "file --map NAME=CODE,… --revise", "imports a CSV file of "
		"observed prices, checked whole before anything changes; knows the World Bank's\nmonthly file "
		"by its columns. --map says which commodity a name there means (NAME=- leaves it out);\n"
		"--revise records what is there already, with another figure, as its next version;\n"
		"--template prints our columns",
		"observation import pinksheet.csv --dry-run\n"
		"observation import pinksheet.csv --map nickel=ni,tin=sn"),

	LIST("hs", "Zone.ListHsCodes", "", "hs\nhs 261100\nhs --mineral tungsten"),
	SHOW("hs", "Zone.ListHsCodes", "code"),
	IMPORT("hs", "hs import hs2022_mineral_stages.csv --because \"HS 2022\" --dry-run"),

	{ "tariff", NULL, "Zone.ListTariffs", "commodity", tariff_schedule_run, NULL,
		"tariff\ntariff w-conc\ntariff w-conc/CHN/3" },
	{ "tariff", "assess", "Zone.Assess", "", tariff_assess_run,
		"assesses an import against the floor; --cif and --fob stand for --terms; --record keeps it;\n"
		"--from CSV assesses a file of any length, to standard output or --out FILE (--template)",
		"tariff assess --origin CHN --commodity w-conc --net 25t --moisture 0.8% --grade 65% "
		"--value 499720USD --cif\n"
		"tariff assess --origin CHN --hs 261100 --net 25t --moisture 0.8% --grade 65% --value 449748EUR "
		"--rate 1.1111 --rate-source ECB --fob --freight 9000EUR --insurance 420EUR --record\n"
		"tariff assess --from imports.csv --out assessed.csv" },
	VERB("tariff", "assessments", "Zone.ListAssessments", "", "tariff assessments --commodity w-conc"),
	{ "tariff", "assessment", "Zone.GetAssessment", "id", tariff_assessment_run,
		"shows the sheet of a recorded import", "tariff assessment A-2026-0001" },
	{ "tariff", "schedule", "Zone.ListTariffs", "commodity", tariff_schedule_run,
		"lists tariff schedules; tariff schedule set … proposes one",
		"tariff schedule --changed-since 30d\ntariff schedule ga --all" },
	VERB("tariff", "schedule set", "Zone.SetTariffs", "commodity origin mode",
		"tariff schedule set w-conc CHN shadow --cap 25% --because \"board of 3 Nov\"\n"
		"tariff schedule set w-conc '*' in-force --from 2027-01-01 --until 2028-01-01 --because \"board\"\n"
		"tariff schedule set w-conc CHN --ends --because \"over\""),
	{ "tariff", "backtest", "Zone.Backtest", "commodity", tariff_backtest_run,
		"shows the duty that a floor would have set, month by month; --svg FILE draws it",
		"tariff backtest ni --floor 20000USD/t --svg nickel.svg\n"
		"tariff backtest ni --floor 20000USD/t --from 2015-01-01 --cap 25% -o csv" },

	LIST("sale", "Zone.ListSales", "", "sale\nsale S-2026-0001"),
	SHOW("sale", "Zone.ListSales", "id"),
	VERB("sale", "check", "Zone.CheckSale", "seller buyer commodity net_g",
		"sale check \"Panasqueira SA\" \"Nippon Alloys KK\" w-conc 25t --grade 65% --price 39.5USD/kg "
		"--basis WO3 --seller-country PRT --buyer-country JPN"),
	VERB("sale", "record", "Zone.RecordSale", "seller buyer commodity net_g",
		"sale record \"Panasqueira SA\" \"Nippon Alloys KK\" w-conc 25t --grade 65% --price 39.5USD/kg "
		"--basis WO3 --seller-country PRT --buyer-country JPN"),

	LIST("participant", "Zone.ListParticipants", "", "participant\nparticipant acme"),
	SHOW("participant", "Zone.GetParticipant", "code"),
	VERB("participant", "new", "Zone.AddParticipants", "code name member",
		"participant new acme \"Acme Magnets AG\" AUT"),
	IMPORT("participant", "participant import companies.csv --dry-run"),

	LIST("rate", "Zone.ListRates", "", "rate"),
	VERB("rate", "set", "Zone.SetRate", "effective_at",
		"rate set 2027-01-01 --interest 5.25% --storage 0.50USD/t --because \"board of 1 Dec\""),

	LIST("commitment", "Zone.ListCommitments", "participant",
		"commitment\ncommitment acme\ncommitment K-2026-0001"),
	SHOW("commitment", "Zone.GetCommitment", "id"),
	VERB("commitment", "new", "Zone.NewCommitment", "participant commodity mass_g price",
		"commitment new acme ga 10t 365USD/kg --basis Ga --starts 2027-01-01 --ends 2030-01-01 "
		"--replenish-days 90 --fee 20000USD"),
	VERB("commitment", "end", "Zone.EndCommitment", "commitment",
		"commitment end K-2026-0001 --ends 2027-06-01 --because \"sold its works\""),

	LIST("entitlement", "Zone.ListEntitlements", "participant", "entitlement\nentitlement acme"),
	VERB("entitlement", "transfer", "Zone.TransferEntitlement", "from to commodity mass_g",
		"entitlement transfer acme bolt ga 500kg --because \"letters of 3 and 5 Dec\""),
	VERB("entitlement", "transfers", "Zone.ListTransfers", "", "entitlement transfers"),
	{ "statement", NULL, "Zone.Statement", "participant", statement_run, NULL,
		"statement acme\nstatement acme --month 2026-12\nstatement acme --month 2026-12 -o csv" },

	LIST("loan", "Zone.ListLoans", "", "loan\nloan --overdue\nloan X-2026-0002"),
	SHOW("loan", "Zone.GetExchange", "id"),
	VERB("loan", "new", "Zone.NewLoan", "borrower commodity mass_g",
		"loan new JPN ga 12t --due 2027-03-01 --premium 100ppm\n"
		"loan new JPN ga 12t --due 2027-03-01=4t,2027-06-01=8t --premium 100ppm\n"
		"loan new wafers-kk ga 2t --due 2027-03-01 --member JPN --consignee \"Nippon Wafers KK\""),
	VERB("loan", "return", "Zone.ReturnExchange", "exchange lot",
		"loan return X-2026-0002 GA-0107\nloan return X-2026-0002 GA-0107 --mass 4t"),
	VERB("loan", "amend", "Zone.AmendExchange", "exchange",
		"loan amend X-2026-0002 --due 2027-06-01 --premium 150ppm --because \"strike at the mine\"\n"
		"loan amend X-2026-0002 --due 2027-06-01=4t,2027-09-01=4t --because \"strike at the mine\""),
	VERB("loan", "default", "Zone.DefaultExchange", "exchange",
		"loan default X-2026-0002 --because \"in liquidation since 3 May\""),

	{ "rotation", NULL, "Zone.ListRotations", "", rotation_run, NULL,
		"rotation\nrotation --open\nrotation T-2026-0001" },
	SHOW("rotation", "Zone.GetExchange", "id"),
	VERB("rotation", "new", "Zone.NewRotation", "processor commodity mass_g",
		"rotation new umicore ga 5t --kind rotate --due 2027-03-01\n"
		"rotation new umicore ga 5t --kind rotate --due 2027-03-01=2t,2027-06-01=3t\n"
		"rotation new umicore ga 5t --kind upgrade --back ga-6n --yield 92% --due 2027-03-01"),
	VERB("rotation", "return", "Zone.ReturnExchange", "exchange lot",
		"rotation return T-2026-0001 GA-0108"),
	VERB("rotation", "amend", "Zone.AmendExchange", "exchange", NULL),
	VERB("rotation", "default", "Zone.DefaultExchange", "exchange", NULL),

	LIST("draw", "Zone.ListDraws", "", "draw\ndraw --overdue\ndraw B-2026-0003"),
	SHOW("draw", "Zone.GetExchange", "id"),
	VERB("draw", "new", "Zone.NewDraw", "participant commodity mass_g",
		"draw new acme ga 500kg --replenish-by 2027-01-15\n"
		"sign O-2026-0007          the order that its receipt names: \"to sign O-2026-0007\", \"document\" "
		"of -o json\n"
		"wait B-2026-0003 --for out"),
	VERB("draw", "return", "Zone.ReturnExchange", "exchange lot", "draw return B-2026-0003 GA-0109"),
	VERB("draw", "amend", "Zone.AmendExchange", "exchange", NULL),
	VERB("draw", "default", "Zone.DefaultExchange", "exchange", NULL),

	LIST("disposal", "Zone.ListDisposals", "", "disposal"),
	SHOW("disposal", "Zone.GetExchange", "id"),
	VERB("disposal", "new", "Zone.NewDisposal", "buyer commodity mass_g",
		"disposal new JPN ga 2t --price 580USD/kg"),

	LIST("production", "Zone.ListProduction", "mineral", "production ga"),
	IMPORT("production", "production import production.csv --dry-run"),

	{ "exposure", NULL, "Zone.Exposure", "mineral", exposure_run, "shows where a mineral comes from "
		"at every stage, how concentrated that is, and what a ban by\na country would take away, in "
		"days of cover", "exposure gallium --ban CHN\nexposure ga -o json" },

	LIST("waiver", "Zone.ListWaivers", "", "waiver\nwaiver W-2026-0001"),
	SHOW("waiver", "Zone.GetWaiver", "id"),
	VERB("waiver", "new", "Zone.ProposeWaiver", "commodity",
		"waiver new ga --subject R-2026-0014 --price 520USD/kg --basis Ga --ends 2026-12-31 "
		"--authority \"Art. 9\" --because \"hospital\""),

	LIST("contract", "Zone.ListContracts", "", "contract\ncontract C-2026-0001"),
	SHOW("contract", "Zone.GetContract", "id"),
	VERB("contract", "new", "Zone.ProposeContract", "producer commodity price",
		"contract new \"Example Magnets\" ndpr 110USD/kg --basis REO --series usgs --upside 30% "
		"--first 2026Q3 --last 2036Q2 --because \"a producer inside\""),
	VERB("contract", "report", "Zone.ReportContract", "contract quarter",
		"contract report C-2026-0001 2026Q3 --sold 120t --stockpiled 30t --evidence \"sales book\""),
	VERB("contract", "settle", "Zone.SettleContract", "contract quarter",
		"contract settle C-2026-0001 2026Q3"),
	VERB("contract", "settlements", "Zone.ListSettlements", "contract",
		"contract settlements C-2026-0001"),

	LIST("declaration", "Emergency.ListDeclarations", "",
		"declaration\ndeclaration D-2026-0003"),
	SHOW("declaration", "Emergency.GetDeclaration", "id"),
	LIST("declare", "Emergency.Declare", "kind commodities",
		"declare limited ga --caps ga=500kg --days 30 --findings \"export ban of 3 Nov\" "
		"--authority \"Art. 7\"\n"
		"declare full ga,ge --days 60 --collects-until 2026-11-09 --minimum 50kg "
		"--clocks A=24h/8d,B=14d/30d --findings \"export ban of 3 Nov\" --authority \"Art. 7\""),
	VERB("declaration", "extend", "Emergency.ExtendDeclaration", "declaration",
		"declaration extend D-2026-0003 --days 10 --because \"the ban goes on\""),
	VERB("declaration", "extensions", "Emergency.ListExtensions", "declaration",
		"declaration extensions D-2026-0003"),
	{ "declaration", "account", "Emergency.ListStatements", "declaration",
		declaration_account_run, NULL, "declaration account D-2026-0003" },

	LIST("rule", "Emergency.ListRules", "code", "rule\nrule ga-cap\nrule --kind consumption-base"),
	VERB("rule", "set", "Emergency.SetRules", "code kind",
		"rule set ga-cap member-cap --commodity ga --mass 500kg --days 90 --because \"board of 3 Nov\"\n"
		"rule set ga-cap member-cap --ends --because \"over\""),
	VERB("rule", "try", "Emergency.TryRule", "code kind",
		"rule try no-resale resale-ban --words trading,brokerage"),
	IMPORT("rule", "rule import bases.csv --because \"statistics of 2025\" --dry-run"),

	LIST("request", "Emergency.ListRequests", "", "request\nrequest R-2026-0014"),
	SHOW("request", "Emergency.GetRequest", "id"),
	VERB("request", "new", "Emergency.Submit", "member commodity mass_g", NULL),
	{ "request", "submit", "Emergency.Submit", "member commodity mass_g", request_submit_run,
		"records a member's request; with --note FILE (- is standard input) it brings one that the\n"
		"member's delegate has signed, which is all that a member with a delegate can do",
		"request submit JPN ga 372.3kg --need-by 2026-12-20 --tier B --purpose wafers\n"
		"request submit --file r.json -o id\nrequest submit --note -" },
	{ "request", "write", "Emergency.Submit", "member commodity mass_g", request_write_run,
		"writes a request for a delegate to sign, without any daemon; signed at once with --key FILE\n"
		"(--name ORIGIN/CODE), else for --reserve ORIGIN",
		"request write JPN ga 372.3kg --need-by 2026-12-20 --tier B --key jpn.pem > r.note" },
	VERB("request", "withdraw", "Emergency.Withdraw", "request",
		"request withdraw R-2026-0014 --because \"bought elsewhere\""),
	{ "why", NULL, "Emergency.Why", "request", why_run, "says each rule with its limit and figures, as "
		"recorded in the ledger; with --ledger DIR from an export,\nwithout any daemon (--key KEY pins "
		"the log's key)",
		"why R-2026-0014\nwhy R-2026-0014 -o json\nwhy R-2026-0014 --ledger DIR" },
	LIST("credit", "Emergency.ListCredits", "", "credit\ncredit --member JPN"),
	RUN("wait", NULL, wait_run, "id --for STATE[,STATE…] --timeout TIME", "waits until it is in one of "
		"these states, or past it; exits 0 then, 3 when none\ncan come any more, 1 when the time "
		"(90s, 10m, 2h, 3d) is over",
		"wait R-2026-0014 --for allocated,refused --timeout 10m\n"
		"wait O-2026-0031 --for delivered --timeout 3d\n"
		"wait X-2026-0002 --for returned,defaulted"),
	RUN("receipt", NULL, receipt_run, "id", "prints the proof of the decision on a request, with the "
		"entry in it; also of the entry of any ledger index",
		"receipt R-2026-0014 > r.tlog-proof\nreceipt 48211 > entry.tlog-proof"),
	RUN("receipt", "verify", receipt_verify_run, "file --key KEY|FILE", "verifies a receipt without any "
		"daemon, by the log's verifier key, and says in words what it proves",
		"receipt verify r.tlog-proof --key reserve.vkey"),

	{ "allocation", "compare", "Emergency.CompareAllocation", "declaration commodity",
		allocation_compare_run, "shows what each policy would give each member in the shortage as it "
		"stands", "allocation compare D-2026-0004\nallocation compare D-2026-0004 ga -o csv" },
	{ "allocation", "run", "Emergency.RunAllocation", "declaration", allocation_run_run,
		"freezes all who wait, divides, and proposes the plan that officers sign",
		"allocation run D-2026-0004\nallocation run D-2026-0004 -o id" },
	LIST("plan", "Emergency.ListPlans", "", "plan\nplan P-2026-0009\nplan --state proposed"),
	SHOW("plan", "Emergency.GetPlan", "id"),

	LIST("order", "Stock.ListOrders", "", "order\norder O-2026-0031"),
	SHOW("order", "Stock.GetOrder", "id"),
	VERB("order", "new", "Emergency.PrepareOrder", "request",
		"order new R-2026-0014 --consignee \"Nippon Wafers KK\""),
	VERB("order", "note", "Evidence.GetReleaseNote", "id", "order note O-2026-0031"),
	LIST("loadout", "Stock.ListSlots", "",
		"loadout\nloadout --site ROT\nloadout --order O-2026-0031"),
	VERB("loadout", "weigh", "Stock.LoadOut", "order lot",
		"loadout weigh O-2026-0031 GA-0042 --gross 385kg --tare 12.7kg --carrier DHL "
		"--vehicle 1-ABC-234 --seals 7711,7712\n"
		"loadout weigh O-2026-0031 GA-0042 --partial --gross 21t --tare 14t --carrier DHL "
		"--vehicle 1-ABC-235"),
	VERB("loadout", "move", "Stock.MoveSlot", "order",
		"loadout move O-2026-0031 --to 2026-12-03 --because \"the carrier comes later\""),
	LIST("deliver", "Stock.Deliver", "order",
		"deliver O-2026-0031 --receiver \"K. Sato\" --consignee \"Nippon Wafers KK\" --evidence signed.pdf"),

	RUN("whatif", NULL, whatif_run, "file --fail-if floor",
		"runs a stream of requests (CSV, or JSON lines as recorded) on a copy of the reserve: days to "
		"each floor, and who is cut; --fail-if floor exits 3 where one is reached; --template prints "
		"the columns",
		"whatif surge.csv --fail-if floor\nwhatif --template > surge.csv"),

	LIST("person", "Evidence.ListPersons", "", "person"),
	SHOW("person", "Evidence.ListPersons", "code"),
	VERB("person", "enrol", "Evidence.EnrolPerson", "code",
		"person enrol lee --name \"Lee Ann\" --duties keeper --key lee.vkey "
		"--because \"joins ROT\""),
	VERB("person", "revoke", "Evidence.RevokePerson", "code", NULL),
	RUN("key", "generate", key_generate_run, "", "makes a key pair on this machine", NULL),
	{ "key", "rotate", "Evidence.ReplaceKey", "code", command_key_rotate, NULL,
		"key rotate --key new.vkey --because \"yearly\"\n"
		"key rotate lee --key lee-2.vkey --because \"lost\"" },

	RUN("sign", NULL, sign_run, "id…",
		"shows what is to be signed in plain words, asks once, signs and sends it",
		"sign O-2026-0031\nsign O-2026-0031 --fetch O.note\nsign --offline O.note"),
	RUN("submit", NULL, submit_run, "file", "sends a note that was signed offline",
		"submit O.note"),
	LIST("reject", "Evidence.Reject", "document",
		"reject P-2026-0009 --because \"the price is last quarter's\""),
	LIST("document", "Evidence.ListDocuments", "", "document\ndocument O-2026-0031"),
	SHOW("document", "Evidence.GetDocument", "id"),
	LIST("note", "Evidence.ListDocuments", "", NULL),
	SHOW("note", "Evidence.GetDocument", "id"),
	RUN("found", NULL, found_run, "file",
		"founds the reserve by a note that all it names have signed",
		"found founding.note"),
	RUN("found", "write", found_write_run, "", "writes a founding note to sign", NULL),

	LIST("finding", "Evidence.ListFindings", "",
		"finding\nfinding --open --severity critical\nfinding --history"),
	SHOW("finding", "Evidence.GetFinding", "id"),
	VERB("finding", "raise", "Evidence.RaiseFinding", "check severity message",
		"finding raise count warning \"two pallets short\" --subject GA-0042"),
	VERB("finding", "acknowledge", "Evidence.AcknowledgeFinding", "finding",
		"finding acknowledge F-2026-0007 --because \"asked the site\""),
	VERB("finding", "close", "Evidence.CloseFinding", "finding",
		"finding close F-2026-0007 --because \"recounted, sheet 12\""),
	VERB("finding", "lift", "Evidence.LiftFinding", "finding",
		"finding lift F-2026-0009 --because \"row restored from the export of 2 Nov\""),
	RUN("audit", "run", audit_run_run, "", "checks the whole ledger, every row, and the world:\n"
		"--only ID,… (or ledger, replay, world, history), --since TIME|INDEX|yesterday (what happened before is not "
		"told),\n--fail-on warning|critical, --checkpoint FILE (one that you kept: it must be extended),\n"
		"--ledger DIR [--key KEY] [--tables DUMP] (an export, and a dump that `sql --dump` made, without\n"
		"vaultd); exits 0 clean, 1 warnings, 2 critical, 3 could not run",
		"audit run --quiet\naudit run --since yesterday -o json\n"
		"audit run --only retest-overdue,price-stale --fail-on critical\n"
		"audit run --checkpoint kept.checkpoint\n"
		"audit run --ledger DIR --key reserve.vkey\naudit run --ledger DIR --tables DUMP"),
	RUN("audit", "checks", audit_checks_run, "",
		"lists the checks: what each looks at, and what to do about what it finds",
		"audit checks\naudit checks -o json"),
	RUN("ledger", "checkpoint", ledger_checkpoint_run, "--quorum K",
		"prints the newest signed checkpoint with its cosignatures, or the newest that K witnesses "
		"cosigned", "ledger checkpoint\nledger checkpoint --quorum 2 > reserve.checkpoint"),
	RUN("ledger", "export", ledger_export_run, "dir --quorum K", "writes the ledger as tlog-tiles, up to "
		"the newest checkpoint or the newest that K witnesses cosigned",
		"ledger export DIR\nledger export DIR --quorum 2"),
	RUN("ledger", "verify", ledger_verify_run, "dir --key KEY|FILE --witness KEY|FILE --quorum K "
		"--policy FILE", "verifies an export, without any daemon; with witnesses, or a policy "
		"(C2SP tlog-policy), also that\nenough of them cosigned it",
		"ledger verify DIR --key reserve.vkey\n"
		"ledger verify DIR --key reserve.vkey --witness jpn.vkey --witness kor.vkey --quorum 2\n"
		"ledger verify DIR --policy reserve.policy"),
	RUN("ledger", "prove", ledger_prove_run, "index --quorum K",
		"prints the proof that an entry is in the ledger",
		"ledger prove 48211 > r.tlog-proof"),
	RUN("ledger", "consistency", ledger_consistency_run, "old new --ledger DIR --verify FILE --old FILE "
		"--key KEY|FILE", "prints the proof that the ledger of one size (the newest) extends an earlier "
		"one; sizes, or files\nthat hold their checkpoints. --verify checks such a proof, with --old and "
		"--key, without any daemon",
		"ledger consistency 48000\nledger consistency old.checkpoint > c.proof\n"
		"ledger consistency --verify c.proof --old old.checkpoint --key reserve.vkey"),
	RUN("ledger", "cosign", ledger_cosign_run, "dir --key FILE --state FILE --log KEY|FILE --print",
		"for a member state that is a witness: verifies that the checkpoint (of vaultd, or of an "
		"export)\nextends the last one that it cosigned, remembers it, cosigns it and brings it",
		"ledger cosign --key jpn.pem --state jpn.state --log reserve.vkey\n"
		"ledger cosign DIR --key jpn.pem --state jpn.state"),
	RUN("ledger", "bring", ledger_bring_run, "file", "brings a checkpoint with its cosignatures to vaultd, "
		"from a witness whose machine does not reach it", "ledger bring DIR/checkpoint"),
	RUN("ledger", "fork-evidence", ledger_fork_evidence_run, "file --key KEY|FILE", "says what the file "
		"proves that a witness kept when it refused to cosign; exits 0 where it proves a fork",
		"ledger fork-evidence jpn.state.fork-20261122T204105Z --key reserve.vkey"),
	RUN("ledger", "replay", ledger_replay_run, "dir --key KEY", "makes the whole state again "
		"from an export, verified, with no database and no daemon, and prints\nits status and the "
		"digest over every row; --key KEY pins the log's key",
		"ledger replay DIR --key reserve.vkey\nledger replay DIR --as-of-index 48211"),
	VERB("ledger", "entry", "Evidence.GetEntry", "index", "ledger entry 48211"),

	LIST("inspection", "Stock.ListInspections", "",
		"inspection\ninspection --site ROT\ninspection I-2026-0001"),
	SHOW("inspection", "Stock.GetInspection", "id"),
	VERB("inspection", "new", "Stock.RecordInspections", "site",
		"inspection new ROT --kind facility --by \"M. Okafor\" --responsible \"J. Bakker\" --at 2026-11-20 "
		"--result pass --evidence form30.pdf\n"
		"inspection new ROT --kind scale --by \"Metrology Office\" --responsible \"J. Bakker\" "
		"--at 2026-11-20 --next 2027-11-20 --result pass --evidence certificate.pdf\n"
		"inspection new ROT --kind commodity --lot GA-0042 --by \"M. Okafor\" --responsible \"J. Bakker\" "
		"--at 2026-11-20 --result fail --remarks \"drums corroded\""),
	VERB("inspection", "due", "Stock.DueInspections", "site",
		"inspection due\ninspection due ROT\ninspection due --within-days 30"),
	IMPORT("inspection", "inspection import inspections.csv --dry-run"),

	VERB("evidence", "attach", "Evidence.AttachEvidence", "entry",
		"evidence attach 48211 --evidence slip.pdf --because \"found in the binder of ROT\""),

	{ "report", NULL, "Evidence.Report", "kind subject", report_run,
		"what a board, a ministry or the public reads, as of an index of the ledger: the same to the "
		"byte on any later day;\n--html FILE writes one page with pictures that needs no network, "
		"-o csv a table a section, --section N one alone",
		"report position\nreport annual 2027 --html annual.html\n"
		"report declaration D-2026-0003 -o json\nreport shortfall -o csv --section 1\n"
		"report position --edition public" },
	{ "report", "due", "Evidence.DueReports", "", NULL, NULL,
		"report due\nreport due --state overdue" },
	VERB("report", "filed", "Evidence.FileReport", "kind period",
		"report filed annual 2027 --report annual-2027.pdf"),
	VERB("report", "filings", "Evidence.ListFilings", "", "report filings --kind quarterly"),

	LIST("count", "Stock.ListCounts", "", "count\ncount U-2026-0001\ncount --state ended"),
	SHOW("count", "Stock.GetCount", "id"),
	VERB("count", "new", "Stock.NewCount", "site",
		"count new ROT --blind --counters lee,ruiz --because \"yearly\"\n"
		"count new ROT --commodity ga --counters lee,ruiz"),
	RUN("count", "sheet", count_sheet_run, "id --counter CODE", "what a counter is to look at; with -o csv "
		"a file with columns to fill", "count sheet U-2026-0001 --counter lee -o csv > lee.csv"),
	RUN("count", "enter", count_enter_run, "id file --counter CODE", "enters a counter's sheet, checked "
		"whole before anything changes; --template prints its columns",
		"count enter U-2026-0001 lee.csv --counter lee --dry-run\n"
		"count enter U-2026-0001 lee.csv --counter lee"),
	VERB("count", "cause", "Stock.ExplainVariance", "count lot cause",
		"count cause U-2026-0001 GA-0042 spill --because \"bay 4, report 12\""),
	VERB("count", "adjust", "Stock.AdjustCount", "count", "count adjust U-2026-0001"),
	VERB("count", "abandon", "Stock.AbandonCount", "count",
		"count abandon U-2026-0001 --because \"a declaration needs the site\""),
	VERB("count", "due", "Stock.DueCounts", "site", "count due\ncount due ROT\ncount due --within-days 30"),
	VERB("count", "lot", "Stock.ListLotCounts", "lot", "count lot GA-0042"),
	VERB("count", "policies", "Stock.ListCountPolicies", "class", "count policies"),
	VERB("count", "policy", "Stock.SetCountPolicy", "class",
		"count policy bulk --tolerance 0.5% --age-days 180 --because \"board of 3 Nov\""),

	LIST("sample", "Stock.ListSamples", "", "sample\nsample M-2026-0001"),
	SHOW("sample", "Stock.GetSample", "id"),
	VERB("sample", "draw", "Stock.DrawSample", "lots",
		"sample draw 10 --site ROT --because \"quarterly\"\nsample draw 5 --commodity ga --days 45"),
	VERB("sample", "result", "Stock.RecordSampleResult", "sample lot",
		"sample result M-2026-0001 GA-0042 --grade 99.98% --laboratory ALS --certificate c.pdf"),

	RUN("metrics", NULL, metrics_run, "--out FILE", "prints what is measured, in the text format of "
		"Prometheus, or puts it whole in the place of a file",
		"metrics\nmetrics --out /var/lib/prometheus/node-exporter/vault.prom"),
	{ "watch", NULL, "Evidence.Watch", "", watch_run, "prints each entry of the ledger as it is "
		"committed, a line each, until it is interrupted;\nwith -o json the entry as the ledger has it",
		"watch\nwatch --from 48210 -o json\nwatch --subject R-2026-0014" },
	VERB("time", "confirm", "Evidence.ConfirmTime", "", NULL),
	RUN("sql", NULL, command_sql, "", "prints the psql line for auditors; with --dump DIR a script for sh "
		"that copies every\nview into DIR, for audit run --ledger DIR --tables DUMP",
		"sql\nsql --dump DUMP | sh"),
	RUN("call", NULL, command_call, "method json",
		"calls any method; parameters as JSON, or - for standard input",
		"call Stock.GetLot '{\"code\":\"GA-0042\"}'"),
	RUN("help", NULL, command_help, "noun", "this, or all about a noun", "help request"),
	RUN("completion", NULL, command_completion, "", "prints what bash needs to complete commands",
		"source <(vaultctl completion)"),
	RUN("version", NULL, command_version, "", "prints the version", NULL),
};
const size_t grammar_count = sizeof grammar / sizeof *grammar;
