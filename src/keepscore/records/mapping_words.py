"""Names under which exports hold the fields of a record, small letters and digits only, the likeliest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SYNONYMS: Mapping[str, Sequence[str]] = {
    "reference": (
        "reference", "ref", "number", "ticketnumber", "ticketid", "issuekey", "key", "incidentnumber", "caseid", "casenumber", "requestid",
        "orderid", "ordernumber", "shipmentid", "jobid", "recordid", "ticket", "id",
    ),
    "client": (
        "client", "clientname", "customer", "customername", "customerid", "account", "accountname", "company", "companyname",
        "organization", "organisation", "organizationname", "organizations", "requesterorganization", "location", "country", "vendorid",
    ),
    "function": (
        "function", "assignmentgroup", "group", "team", "service", "serviceline", "department", "queue", "category", "component",
        "requesttype", "issuetype", "type", "productgroup", "shipvia", "fulfillvia",
    ),
    "opened_at": (
        "openedat", "opened", "createdat", "created", "createdtime", "creationdate", "createddate", "datecreated", "opendate", "orderdate",
        "reported", "reporteddate", "submitted", "startdate", "syscreatedon",
    ),
    "due_at": (
        "dueat", "due", "duedate", "dueby", "dueon", "requireddate", "promiseddate", "deadline", "targetdate", "sladue", "duebytime",
        "resolutionduedate", "scheduleddeliverydate",
    ),
    "resolved_at": (
        "resolvedat", "resolved", "solvedat", "resolvedtime", "resolveddate", "resolutiondate", "solved", "completedat", "completed",
        "deliveredat", "deliverydate", "deliveredtoclientdate", "shippeddate", "shipdate", "closedat", "closed", "closedtime",
        "closeddate",
    ),
    "cancelled_at": ("cancelledat", "canceledat", "cancelled", "canceled", "cancelleddate", "canceleddate"),
    "priority": ("priority", "severity", "urgency"),
    "site": ("site", "office", "branch", "shipcity", "plant"),
    "quantity_ordered": ("quantityordered", "orderedquantity", "orderqty", "qtyordered", "quantity", "lineitemquantity"),
    "quantity_delivered": ("quantitydelivered", "deliveredquantity", "receivedqty", "receivedquantity", "qtydelivered"),
    "accepted": ("accepted", "isaccepted"),
    "effort_minutes": ("effortminutes", "minutesspent", "timespentminutes", "minutes"),
    "in_scope": ("inscope", "billable", "covered"),
}
UPDATED: Sequence[str] = ("sysupdatedat", "sysupdatedon", "updatedat", "updated", "lastmodified", "modifieddate", "eventat", "timestamp")
SEQUENCE: Sequence[str] = ("sysmodcount", "sequence", "eventid", "version", "revision")
BLANKS: Sequence[str] = ("?", "NULL", "null", "N/A", "n/a", "NA", "None", "none", "-", "--", "#N/A", "(empty)")
FORMATS: Sequence[str] = (
    "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y", "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%y %H:%M", "%m/%d/%y %H:%M",
    "%d/%m/%y", "%m/%d/%y", "%d-%b-%y", "%d-%b-%Y", "%d-%b-%Y %H:%M", "%d/%b/%y %I:%M %p", "%d/%b/%Y %H:%M", "%d %b %Y", "%d %b %Y %H:%M",
    "%d %B %Y", "%d/%m/%Y %I:%M %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p", "%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %I:%M %p", "%Y%m%d", "%Y%m%d%H%M%S", "%b %d, %Y %I:%M %p", "%b %d, %Y",
)


def plain(name: str) -> str:
    """A column name without capitals, spaces and marks."""
    return "".join(char for char in name.lower() if char.isalnum())
