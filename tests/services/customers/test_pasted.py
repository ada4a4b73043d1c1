"""Pasted lines: each sample with exactly what must be found in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customers.pasted import parse
from services.customers.regions import Place, provinces
from services.customers.types import AddressFields


def china(
    name: str, phone: str, region: str, city: str, district: str, street: str, postcode: str = ""
) -> AddressFields:
    return AddressFields(name, phone, "CN", region, city, district, street, postcode)


CHINESE = {
    "张三 13800000000 北京市海淀区中关村大街1号":
        china("张三", "+8613800000000", "beijing", "北京市", "海淀区", "中关村大街1号"),
    "北京市海淀区中关村大街1号，张三，13800000000":
        china("张三", "+8613800000000", "beijing", "北京市", "海淀区", "中关村大街1号"),
    "张三，+86 138-0000-0000，广东省深圳市南山区科技园路2号 518057":
        china("张三", "+8613800000000", "guangdong", "深圳市", "南山区", "科技园路2号", "518057"),
    "收件人：李小明\n手机号码：13912345678\n所在地区：浙江省杭州市西湖区\n详细地址：文三路90号东部软件园3号楼501室":
        china("李小明", "+8613912345678", "zhejiang", "杭州市", "西湖区", "文三路90号东部软件园3号楼501室"),
    "王芳/15912345678/江苏省苏州市昆山市花桥镇绿地大道88号":
        china("王芳", "+8615912345678", "jiangsu", "苏州市", "昆山市", "花桥镇绿地大道88号"),
    "深圳市南山区粤海街道高新南一道6号13700001111陈先生":
        china("陈先生", "+8613700001111", "guangdong", "深圳市", "南山区", "粤海街道高新南一道6号"),
    "内蒙古呼和浩特市新城区海拉尔东街10号 巴特尔 18600002222":
        china("巴特尔", "+8618600002222", "neimenggu", "呼和浩特市", "新城区", "海拉尔东街10号"),
    "新疆维吾尔自治区伊犁哈萨克自治州伊宁市解放西路5号 阿依古丽·买买提 13100003333":
        china("阿依古丽·买买提", "+8613100003333", "xinjiang", "伊犁哈萨克自治州", "伊宁市", "解放西路5号"),
    "上海市上海市浦东新区世纪大道100号 20楼 赵六 021-58881234 200120":
        china("赵六", "+862158881234", "shanghai", "上海市", "浦东新区", "世纪大道100号20楼", "200120"),
    "重庆渝北区龙溪街道金开大道99号 孙七 8613800001234":
        china("孙七", "+8613800001234", "chongqing", "重庆市", "渝北区", "龙溪街道金开大道99号"),
    "吉林省吉林市船营区松江中路66号 周八 13500005555":
        china("周八", "+8613500005555", "jilin", "吉林市", "船营区", "松江中路66号"),
    "广西壮族自治区桂林市阳朔县西街12号，吴九，１３６００００６６６６":
        china("吴九", "+8613600006666", "guangxi", "桂林市", "阳朔县", "西街12号"),
    "郑十，13900007777，辽宁朝阳双塔区朝阳大街3号":
        china("郑十", "+8613900007777", "liaoning", "朝阳市", "双塔区", "朝阳大街3号"),
    "北京市朝阳区建国路93号院5号楼1201 欧阳娜娜 133 0000 8888":
        china("欧阳娜娜", "+8613300008888", "beijing", "北京市", "朝阳区", "建国路93号院5号楼1201"),
    "香港特别行政区九龙弥敦道100号 陈大文 +852 9123 4567":
        china("陈大文", "+85291234567", "hongkong", "香港特别行政区", "", "九龙弥敦道100号"),
    "13800000000，四川省成都市武侯区天府大道北段1700号，钱多多":
        china("钱多多", "+8613800000000", "sichuan", "成都市", "武侯区", "天府大道北段1700号"),
}

ABROAD = {
    "Jay Chen, 1 Main St, San Jose, CA 95112, US, +1 202 555 0101":
        AddressFields("Jay Chen", "+12025550101", "US", "us", "San Jose", "CA", "1 Main St", "95112"),
    "Kim Lee, 1 Main St, San Jose CA 95112":
        AddressFields("Kim Lee", "", "US", "us", "San Jose", "CA", "1 Main St", "95112"),
    "Ann Lee\n221B Baker Street\nLondon NW1 6XE\nUnited Kingdom\n+44 20 7946 0018":
        AddressFields("Ann Lee", "+442079460018", "GB", "gb", "London", "", "221B Baker Street", "NW1 6XE"),
    "Max Müller, Invalidenstr. 117, 10115 Berlin, Germany, +49 30 901820":
        AddressFields("Max Müller", "+4930901820", "DE", "de", "Berlin", "", "Invalidenstr. 117", "10115"),
    "Marie Roy, 290 Bremner Blvd, Apt 5, Toronto, ON M5V 3L9, Canada, +1 416 868 6937":
        AddressFields("Marie Roy", "+14168686937", "CA", "ca", "Toronto", "ON", "290 Bremner Blvd, Apt 5", "M5V 3L9"),
    "Tan Wei, 238 Orchard Road, Singapore 238801, Singapore, +65 6123 4567":
        AddressFields("Tan Wei", "+6561234567", "SG", "sg", "Singapore", "", "238 Orchard Road", "238801"),
    "+1 (415) 555-0132, 500 Market St, Apt 4, San Francisco, California 94105, USA, Dana Scott":
        AddressFields("Dana Scott", "+14155550132", "US", "us", "San Francisco", "California", "500 Market St, Apt 4",
                      "94105"),
    "Zhang San, 13800000000, 1 Zhongguancun Street, Haidian, Beijing 100080, China":
        china("Zhang San", "+8613800000000", "beijing", "北京市", "Haidian", "1 Zhongguancun Street", "100080"),
    "Li Lei, +86 13911112222, 18 Kejiyuan Road, Nanshan District, Shenzhen, Guangdong, China":
        china("Li Lei", "+8613911112222", "guangdong", "深圳市", "Nanshan District", "18 Kejiyuan Road"),
}


@pytest.mark.parametrize(("line", "found"), (CHINESE | ABROAD).items())
def test_a_pasted_line_is_split_exactly(line: str, found: AddressFields) -> None:
    assert parse(line) == found


@given(
    st.permutations(["张三", "13800000000", "江苏省苏州市姑苏区观前街1号"]),
    st.sampled_from(["，", ",", "/", "\n", " ", "；"]),
)
def test_the_order_and_the_separator_do_not_matter(pieces: list[str], separator: str) -> None:
    assert parse(separator.join(pieces)) == china("张三", "+8613800000000", "jiangsu", "苏州市", "姑苏区", "观前街1号")


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    assert parse(text).label == ""


@pytest.mark.parametrize("province", provinces(), ids=lambda province: province.code)
def test_every_province_and_city_is_recognised_in_full_and_short(province: Place) -> None:
    for city in province.cities:
        for written in (province.name["zh"] + city.name["zh"], province.short + city.name["zh"]):
            found = parse(f"张三 13800000000 {written}幸福大街8号")
            assert (found.region, found.city, found.street) == (province.code, city.name["zh"], "幸福大街8号")


def test_what_is_not_there_stays_empty() -> None:
    assert parse("随便写写") == AddressFields(name="随便写写")
    assert parse("") == AddressFields()
