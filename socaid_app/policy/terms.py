"""The vocabulary that the law library and the DocTypes share.

Each tuple is, word for word, the option list of the Select fields that use it (``make lint``
compares them), so a stored record is a valid input of the law library without a mapping in between.
"""

# Assistance Category.scheme: which body of rules applies.
DIBAO, TEKUN, EDGE, RIGID, TEMPORARY, OTHER_SCHEME = "Dibao", "Tekun", "Edge", "Rigid", "Temporary", "Other"
SCHEMES = (DIBAO, TEKUN, EDGE, RIGID, TEMPORARY, OTHER_SCHEME)

# Assistance Category.route: which way an application takes.
STANDARD, QUICK_RELIEF, EXPENDITURE = "Standard", "Quick Relief", "Expenditure"
ROUTES = (STANDARD, QUICK_RELIEF, EXPENDITURE)

URBAN, RURAL = "Urban", "Rural"
AREAS = (URBAN, RURAL)

TOWNSHIP, COUNTY = "Township", "County"
AUTHORITIES = (TOWNSHIP, COUNTY)

# Assistance Category.unit / payment
HOUSEHOLD, PERSON = "Household", "Person"
UNITS = (HOUSEHOLD, PERSON)
MONTHLY, ONE_OFF, RECOGNITION = "Monthly", "One-off", "Recognition"
PAYMENTS = (MONTHLY, ONE_OFF, RECOGNITION)

# How a 低保 amount is computed (57号 Art. 23; Law Art. 18).
DIFFERENCE, BAND = "Difference", "Band"
CALCULATION_MODES = (DIFFERENCE, BAND)

MALE, FEMALE = "Male", "Female"
SEXES = (MALE, FEMALE)

LABOUR_FULL, LABOUR_PARTIAL, LABOUR_NONE = "Full", "Partial", "None"
LABOUR_CAPACITIES = (LABOUR_FULL, LABOUR_PARTIAL, LABOUR_NONE)

HEALTHY, CHRONIC, SERIOUS_ILLNESS = "Healthy", "Chronic Illness", "Serious Illness"
HEALTH_STATES = (HEALTHY, CHRONIC, SERIOUS_ILLNESS)

# 残疾人证 (GB/T 26341-2010): type 1-7, grade 1 (severest) - 4.
DISABILITY_TYPES = ("Visual", "Hearing", "Speech", "Physical", "Intellectual", "Mental", "Multiple")
DISABILITY_GRADES = ("1", "2", "3", "4")

# Whereabouts that take a relative out of the count (57号 Art. 7), besides living in the home.
LIVING_TOGETHER = "Living Together"
LIVING_APART = "Living Apart"
IMPRISONED = "Imprisoned"
COMPULSORY_REHAB = "Compulsory Rehabilitation"
DECLARED_MISSING = "Declared Missing"
CLERGY_AWAY = "Clergy Away 3 Years"
RESIDENCES = (LIVING_TOGETHER, LIVING_APART, IMPRISONED, COMPULSORY_REHAB, DECLARED_MISSING, CLERGY_AWAY)

# Household Member.leave_reason: why somebody is no longer a member. All but the last three are facts about the person
# (policy/whereabouts.py says what the law makes of them), wherever they are reported.
DEATH = "Death"
MARRIAGE = "Marriage"
MOVED_OUT = "Moved Out"
ADOPTED_AWAY = "Adopted Away"
IMPRISONMENT = "Imprisonment"
MILITARY_SERVICE = "Military Service"
IN_INSTITUTION = "Long-term Institution"
SPLIT = "Split"
LEFT_OTHERWISE = "Other"
# The person was never a member: a stay of no day at all.
ENTERED_BY_MISTAKE = "Entered by Mistake"
# Person Absence.reason and Circumstance Change.event
ABSENCES = (
	MARRIAGE,
	MOVED_OUT,
	ADOPTED_AWAY,
	IMPRISONMENT,
	COMPULSORY_REHAB,
	DECLARED_MISSING,
	MILITARY_SERVICE,
	IN_INSTITUTION,
)
LIFE_EVENTS = (DEATH, *ABSENCES)
LEAVE_REASONS = (*LIFE_EVENTS, SPLIT, LEFT_OTHERWISE, ENTERED_BY_MISTAKE)

SCHOOLING = (
	"Not in School",
	"Compulsory Education",
	"Senior High",
	"Secondary Vocational",
	"Undergraduate",
	"Graduate",
)

# What a person may receive already: a scheme of ours, or the allowance of orphans and 事实无人抚养 children.
ORPHAN = "Orphan"
BENEFITS = (*SCHEMES, ORPHAN)

# Grounds on which one person applies for 低保 alone (57号 Art. 8; Law Art. 21; 2022 notice 一(一)).
SEVERE_DISABILITY = "Severe Disability"
INTELLECTUAL_GRADE_3 = "Intellectual Disability Grade 3"
MENTAL_GRADE_3 = "Mental Disability Grade 3"
SERIOUSLY_ILL = "Serious Illness"
CLERGY = "Clergy"
SPECIAL_HARDSHIP = "Special Hardship"
JOBLESS_SEVERE_DISABILITY = "Jobless Severe Disability"
SINGLE_GROUNDS = (
	SEVERE_DISABILITY,
	INTELLECTUAL_GRADE_3,
	MENTAL_GRADE_3,
	SERIOUSLY_ILL,
	CLERGY,
	SPECIAL_HARDSHIP,
	JOBLESS_SEVERE_DISABILITY,
)

EMPLOYMENT = ("Not Working", "Farming", "Casual Work", "Employed", "Self-employed", "Retired")

MARITAL_STATES = ("Unmarried", "Married", "Widowed", "Divorced")

# Income kinds (57号 Art. 13).
WAGE, BUSINESS, PROPERTY_INCOME, TRANSFER, OTHER_INCOME = "Wage", "Business", "Property", "Transfer", "Other"
INCOME_KINDS = (WAGE, BUSINESS, PROPERTY_INCOME, TRANSFER, OTHER_INCOME)
# Items of income; those in EXCLUDED_INCOME_ITEMS are not counted (57号 Art. 13; 43号 Art. 6).
INCOME_ITEMS = (
	"Wages",
	"Farming",
	"Livestock",
	"Business Profit",
	"Rent",
	"Land Transfer",
	"Interest and Dividends",
	"Pension",
	"Basic Pension",
	"Unemployment Benefit",
	"Survivor Allowance",
	"Compensation",
	"Donation",
	"Maintenance",
	"Preferential Treatment Pension",
	"Family Planning Award",
	"Scholarship",
	"Good Samaritan Award",
	"Social Assistance",
	"Old Age Allowance",
	"Other Income",
)

# Property kinds (57号 Art. 14).
FINANCIAL_KINDS = ("Deposit", "Security", "Fund", "Insurance", "Receivable", "Internet Asset")
PROPERTY_KINDS = FINANCIAL_KINDS + (
	"Vehicle",
	"Disability Vehicle",
	"Ship",
	"Large Farm Machine",
	"Home",
	"Forest",
	"Business Entity",
)

# Rigid expenditure (民发〔2024〕57号 Art. 5).
EXPENSE_KINDS = ("Living", "Medical", "Education", "Disability Rehabilitation", "Other Expense")

# Self-care indicators (43号 Art. 21) and grades (Art. 22).
SELFCARE_ITEMS = (
	"eating",
	"dressing",
	"getting_in_and_out_of_bed",
	"toileting",
	"walking_indoors",
	"bathing",
)
SELF_RELIANT, HALF_CARE, FULL_CARE = "Self-reliant", "Half Care", "Full Care"
CARE_GRADES = (SELF_RELIANT, HALF_CARE, FULL_CARE)

CENTRALISED, SCATTERED = "Centralised", "Scattered"
SUPPORT_FORMS = (CENTRALISED, SCATTERED)

# GB/T 4761-2008; the other codes and what they mean for the law are in policy/kinship.py.
HEAD = "02"

# Confidence of a rule or figure in the dossier: read, read second-hand, inferred, remembered.
CONFIDENCES = ("Verified", "Secondary", "Inferred", "Memory")
# Figures of this confidence carry the 待核实 badge until an officer confirms them.
UNCONFIRMED = ("Secondary", "Inferred", "Memory")

# The stations of an application (workflow states; their Chinese names are in locale/zh.po).
DRAFT = "Draft"
SUPPLEMENT = "Supplement Required"
NOT_ACCEPTED = "Not Accepted"
ACCEPTED = "Accepted"
INVESTIGATION = "Under Investigation"
DELIBERATION = "Democratic Review"
PUBLICITY = "Preliminary Publicity"
REVIEW = "Under Review"
CONFIRMATION = "Awaiting Confirmation"
CONFIRMED = "Confirmed"
REJECTED = "Rejected"
TERMINATED = "Terminated"
WITHDRAWN = "Withdrawn"
OPEN_STATES = (DRAFT, SUPPLEMENT, ACCEPTED, INVESTIGATION, DELIBERATION, PUBLICITY, REVIEW, CONFIRMATION)
# The statutory clock runs in these.
RUNNING_STATES = (ACCEPTED, INVESTIGATION, DELIBERATION, PUBLICITY, REVIEW, CONFIRMATION)
FINAL_STATES = (CONFIRMED, REJECTED, TERMINATED, WITHDRAWN, NOT_ACCEPTED)
STATES = OPEN_STATES + FINAL_STATES
